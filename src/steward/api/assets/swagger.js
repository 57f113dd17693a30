SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  // The default validator is somebody else's server.
  validatorUrl: null,
});
