// Signs a user in by the authorization code flow with PKCE, lists dossiers and searches them by name.
const setting = (name) => document.querySelector(`meta[name="dossiers-${name}"]`).content.replace(/\/$/, "");
const [API, ISSUER, CLIENT_ID, SCOPE] = ["api", "issuer", "client-id", "scope"].map(setting);
const PAGE = location.origin + location.pathname;
const element = (selector) => document.querySelector(selector);

// In memory only: nobody who uses this browser later can read it. After a reload the user signs in again.
let token = null;

// --- Sign-in: RFC 6749, section 4.1, and RFC 7636 -------------------------------------------------------------------

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const randomText = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const configuration = async () => (await fetchOk(`${ISSUER}/.well-known/openid-configuration`)).json();

async function signIn() {
  const [state, verifier] = [randomText(), randomText()];
  const challenge = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  // The page is left now. Another page that sends the user here knows neither, so its response is refused.
  sessionStorage.setItem("sign-in", JSON.stringify({ state, verifier }));
  const parameters = {
    response_type: "code", client_id: CLIENT_ID, redirect_uri: PAGE, scope: SCOPE,
    state, code_challenge: challenge, code_challenge_method: "S256",
  };
  location.assign(`${(await configuration()).authorization_endpoint}?${new URLSearchParams(parameters)}`);
}

async function finishSignIn() {
  const returned = new URLSearchParams(location.search);
  if (!returned.has("code") && !returned.has("error")) return;
  history.replaceState(null, "", PAGE);
  const { state, verifier } = JSON.parse(sessionStorage.getItem("sign-in") ?? "{}");
  sessionStorage.removeItem("sign-in");
  if (!state || returned.get("state") !== state) throw new Error("This page did not request that sign-in.");
  if (returned.has("error")) throw new Error(`Sign-in failed: ${returned.get("error")}`);
  const parameters = {
    grant_type: "authorization_code", client_id: CLIENT_ID, redirect_uri: PAGE,
    code: returned.get("code"), code_verifier: verifier,
  };
  const { token_endpoint } = await configuration();
  const response = await fetchOk(token_endpoint, { method: "POST", body: new URLSearchParams(parameters) });
  token = (await response.json()).access_token;
}

async function signOut() {
  token = null;
  show();
  element("tbody").replaceChildren();
  // Cognito has its own session, which would sign the user in again without a password.
  const { end_session_endpoint } = await configuration();
  if (end_session_endpoint) {
    location.assign(`${end_session_endpoint}?${new URLSearchParams({ client_id: CLIENT_ID, logout_uri: PAGE })}`);
  }
}

// --- The API --------------------------------------------------------------------------------------------------------

async function fetchOk(url, options) {
  const response = await fetch(url, options);
  if (response.ok) return response;
  if (response.status === 401) token = null;
  const { errors, error, message } = await response.json().catch(() => ({}));
  throw new Error(`${response.status}: ${errors ? JSON.stringify(errors) : (error ?? message ?? "no details")}`);
}

// Adds a page of rows to the table. A search sends the name in the body, because URLs end up in logs and histories.
async function load(url, body) {
  const options = { headers: { Authorization: `Bearer ${token}` } };
  if (body) Object.assign(options, { method: "POST", body: JSON.stringify(body) });
  if (body) options.headers["Content-Type"] = "application/json";
  const response = await fetchOk(url, options);
  const { headers, rows } = await response.json();
  element("thead").replaceChildren(tableRow("th", headers));
  element("tbody").append(...rows.map((row) => tableRow("td", row)));
  const next = /<([^>]*)>; *rel="next"/.exec(response.headers.get("Link") ?? "")?.[1];
  element("#next").hidden = !next;
  element("#next").onclick = () => attempt(() => load(next, body));
  element("#message").textContent = `${element("tbody").rows.length} dossiers${next ? ", and more" : ""}`;
}

function tableRow(kind, values) {
  const row = document.createElement("tr");
  row.append(...values.map((value) => Object.assign(document.createElement(kind), { textContent: value })));
  return row;
}

async function search() {
  element("tbody").replaceChildren();
  const name = element("#name").value.trim();
  await (name ? load(`${API}/api/v1/dossiers/search?limit=50`, { name }) : load(`${API}/api/v1/dossiers?limit=50`));
}

// --- The page -------------------------------------------------------------------------------------------------------

function show() {
  element("#sign-in").hidden = token !== null;
  element("main").hidden = token === null;
}

async function attempt(action) {
  element("#message").textContent = "";
  await action().catch((error) => { element("#message").textContent = error.message; });
  show();
}

element("#sign-in").onclick = () => attempt(signIn);
element("#sign-out").onclick = () => attempt(signOut);
element("form").onsubmit = (event) => { event.preventDefault(); attempt(search); };
await attempt(finishSignIn);
if (token) await attempt(search);
