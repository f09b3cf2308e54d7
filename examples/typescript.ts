// Creates, lists, shows, updates and deletes a dossier, with the fetch of Node.js alone.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

const { API_URL, TOKEN, GROUP } = process.env;
const DOSSIERS = `${API_URL}/api/v1/dossier_groups/${GROUP}/dossiers`;

type Table = { headers: string[]; rows: (string | number | null)[][] };
type Dossier = { id: string; person: Record<string, string | null> };

/** A response that reports an error: its status, and its keywords by field. */
class Refused extends Error {
  constructor(readonly status: number, readonly errors: Record<string, string[]>) { super(`refused with ${status}`); }
}

/** Returns the response and its document. Makes up to five attempts after 429, 503 or no response. */
async function request<T>(method: string, url: string, body?: unknown, headers = {}): Promise<[Response, T]> {
  const authorized = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json", ...headers };
  const options = { method, headers: authorized, body: body === undefined ? null : JSON.stringify(body) };
  for (let attempt = 1; ; attempt += 1) {
    let wait = attempt;
    try {
      const response = await fetch(url, { ...options, signal: AbortSignal.timeout(35_000) });
      const document = JSON.parse((await response.text()) || "null");
      if (response.ok) return [response, document];
      if (attempt === 5 || ![429, 503].includes(response.status)) throw new Refused(response.status, document.errors ?? {});
      wait = Number(response.headers.get("Retry-After") ?? wait);
    } catch (error) { // no connection, or no response: repeating is safe with Idempotency-Key or If-Match
      if (attempt === 5 || error instanceof Refused) throw error;
    }
    await sleep(1000 * wait);
  }
}

await request("POST", DOSSIERS, { person: { lastname: "Visser", gender: "V", birthdate: "1980-02-30" } }).catch((error) => {
  if (!(error instanceof Refused)) throw error;
  // A form shows a translation of each keyword next to its field.
  console.log("Refused:", error.status, error.errors);
});

const person = { firstname: "Sanne", lastname: "Visser", gender: "F", birthdate: "1980-02-23" };
// One key per dossier: each attempt sends the same one, so they create one dossier together.
const [, created] = await request<{ id: string }>("POST", DOSSIERS, { person }, { "Idempotency-Key": randomUUID() });
const ids = new Set<unknown>();
for (let url: string | undefined = `${DOSSIERS}?limit=100`; url; ) {
  const [response, table]: [Response, Table] = await request<Table>("GET", url);
  for (const row of table.rows) ids.add(row[table.headers.indexOf("id")]);
  url = /<([^>]*)>; *rel="next"/.exec(response.headers.get("Link") ?? "")?.[1];
}
console.log(`The group has ${ids.size} dossiers, and the new one is ${ids.has(created.id) ? "" : "not "}among them`);

const dossier = `${DOSSIERS}/${created.id}`;
const [first, shown] = await request<Dossier>("GET", dossier);
// If-Match: if somebody else has updated the dossier since it was shown, the response is 412 and nothing changes.
const ifMatch = { "If-Match": first.headers.get("ETag") };
const [second, updated] = await request<Dossier>("PATCH", dossier, { person: { lastname: "de Visser" } }, ifMatch);
console.log(`${shown.person.lastname} is now ${updated.person.lastname}`);
await request("DELETE", dossier, undefined, { "If-Match": second.headers.get("ETag") });
console.log("Deleted");
