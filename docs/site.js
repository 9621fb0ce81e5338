// Names for what the theme leaves unnamed, so that a screen reader can distinguish them.
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
function name() {
  document.querySelectorAll(".md-code__nav:not([aria-label])").forEach((nav) => {
    nav.setAttribute("aria-label", `Actions of ${nav.closest("pre").id || "the code"}`);
  });
}
new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
name();
