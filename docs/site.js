// Names for what the theme leaves unnamed, so that a screen reader can distinguish them, and keys for what it scrolls.
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
function complete() {
  document.querySelectorAll(".md-code__nav:not([aria-label])").forEach((nav) => {
    nav.setAttribute("aria-label", `Actions of ${nav.closest("pre").id || "the code"}`);
  });
  document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])").forEach((table) => {
    table.tabIndex = 0;
  });
}
new MutationObserver(complete).observe(document.body, { childList: true, subtree: true });
complete();
