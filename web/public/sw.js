// The app's service worker. The document comes from the network while there is one, hashed files from the
// cache for ever, and nothing of the API is ever kept here.
const CACHE = "steward-app";
const DOCUMENT = "/app/";
const named = (page) => [...page.matchAll(/"(\/app\/[^"]+\.(?:js|css|svg|webmanifest))"/g)].map((m) => m[1]);

async function keepDocument(answer) {
  const cache = await caches.open(CACHE);
  const page = await answer.clone().text();
  const before = await (await cache.match(DOCUMENT))?.text();
  if (page === before) return;
  // Another document is another release: what the one before it loaded is not asked for again.
  for (const request of await cache.keys()) await cache.delete(request);
  await cache.addAll(named(page));
  await cache.put(DOCUMENT, answer);
}

async function documentOf(request, event) {
  try {
    const answer = await fetch(request);
    if (answer.ok) event.waitUntil(keepDocument(answer.clone()));
    return answer;
  } catch (error) {
    const kept = await caches.match(DOCUMENT);
    if (kept) return kept;
    throw error;
  }
}

async function fileOf(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

self.addEventListener("install", (event) => {
  event.waitUntil(fetch(DOCUMENT).then(keepDocument));
  self.skipWaiting();
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && (url.pathname === "/app" || url.pathname.startsWith("/app/"))) {
    event.respondWith(documentOf(request, event));
  } else if (url.pathname.startsWith("/app/assets/")) {
    event.respondWith(fileOf(request));
  } else if (["/app/theme.js", "/app/icon.svg", "/app/manifest.webmanifest"].includes(url.pathname)) {
    event.respondWith(fetch(request).catch(() => fileOf(request)));
  }
});
