// Shows the OpenAPI document. The start page of the local stack links here with a token in the fragment of the URL,
// which browsers do not send: the page then uses the token, and removes it from the address and from the history.
"use strict";

const token = new URLSearchParams(location.hash.slice(1)).get("token");
if (token) {
  history.replaceState(null, "", location.pathname);
}

const ui = SwaggerUIBundle({
  url: "/api/v1/openapi.json",
  dom_id: "#documentation",
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null, // the document is not sent to a validator on the internet
  onComplete: () => {
    if (token) {
      ui.preauthorizeApiKey("bearerToken", token);
    }
  },
});
