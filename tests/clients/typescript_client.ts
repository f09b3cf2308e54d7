// Drives the TypeScript client that is generated from docs/openapi.yaml: `tsx typescript_client.ts API_URL TOKEN`.
// test_generated.py runs this program and checks its types in a folder that has the generated file api.ts.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const [baseUrl, token] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: baseUrl!, headers: { Authorization: `Bearer ${token}` } });
const inGroup = { dossier_group_id: "noord" };

async function create(key: string): Promise<string> {
  const { data, error } = await client.POST("/api/v1/dossier_groups/{dossier_group_id}/dossiers", {
    params: { path: inGroup, header: { "Idempotency-Key": key } },
    body: {
      dossier: { external_identifier: `GENERATED-${key}` },
      person: { firstname: "Sanne", lastname: "Tsclient", birthdate: "1980-02-23" },
    },
  });
  assert(data, JSON.stringify(error));
  return data.id;
}

const dossier_id = await create("typescript");
assert.equal(await create("typescript"), dossier_id);

const found = await client.POST("/api/v1/dossier_groups/{dossier_group_id}/dossiers/search", {
  params: { path: inGroup }, body: { name: "sanne tsclient" },
});
assert(found.data);
assert.deepEqual(found.data.rows.map((row) => row[found.data.headers.indexOf("id")]), [dossier_id]);

const DOSSIER = "/api/v1/dossier_groups/{dossier_group_id}/dossiers/{dossier_id}";
const path = { ...inGroup, dossier_id };
const shown = await client.GET(DOSSIER, { params: { path } });
assert.equal(shown.data?.person.lastname, "Tsclient");
const etag = shown.response.headers.get("ETag")!;

const updated = await client.PATCH(DOSSIER, {
  params: { path, header: { "If-Match": etag } }, body: { person: { lastname: "Updated" } },
});
assert.deepEqual([updated.data?.person.firstname, updated.data?.person.lastname], ["Sanne", "Updated"]);

const refused = await client.POST("/api/v1/dossier_groups/{dossier_group_id}/dossiers", {
  params: { path: inGroup }, body: { person: { lastname: "x".repeat(256) } },
});
assert.deepEqual(refused.error, { errors: { lastname: ["too_long"] } });

const stale = await client.DELETE(DOSSIER, { params: { path, header: { "If-Match": etag } } });
assert.equal(stale.response.status, 412);
const newest = updated.response.headers.get("ETag")!;
const deleted = await client.DELETE(DOSSIER, { params: { path, header: { "If-Match": newest } } });
assert.equal(deleted.response.status, 204);
assert.equal((await client.GET(DOSSIER, { params: { path } })).response.status, 404);
