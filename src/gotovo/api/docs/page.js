// Shows this server's own document, and searches whole endpoints where Swagger UI searches tags.

"use strict";

const contains = (text, phrase) => (text ?? "").toLowerCase().includes(phrase);

function searchEndpoints(groups, typed) {
  const phrase = typed.trim().toLowerCase();
  const matches = (endpoint) =>
    contains(endpoint.get("path"), phrase) ||
    contains(endpoint.getIn(["operation", "summary"]), phrase) ||
    contains(endpoint.getIn(["operation", "description"]), phrase);
  return groups
    .map((group) => group.update("operations", (endpoints) => endpoints.filter(matches)))
    .filter((group) => group.get("operations").size > 0);
}

window.ui = SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  filter: true,
  validatorUrl: null, // the validator is a foreign host
  plugins: [{ fn: { opsFilter: searchEndpoints } }],
  onComplete: () => {
    document.querySelector(".operation-filter-input").placeholder = "Search paths and summaries";
  },
});
