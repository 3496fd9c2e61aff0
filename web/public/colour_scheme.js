// Sets light or dark before the first paint. A file of its own: the pages allow no inline script.
(function () {
  var chosen = null;
  try {
    chosen = window.localStorage.getItem("linlog-colour-scheme");
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  var dark =
    chosen === "dark" ||
    (chosen !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
