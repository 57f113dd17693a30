// Runs before the first paint, so that a chosen theme does not flash in after the other one.
try {
  const { theme } = JSON.parse(localStorage.getItem("steward.preferences") ?? "{}");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the theme is that of the system.
}
