// The whole screen of a board: asked for by a button, and fetched anew from time to time. What cannot be fetched leaves the
// last numbers standing and says so. No hand sends these requests, so they keep no session alive.
"use strict";

(() => {
  const screen = document.querySelector("[data-screen]");
  if (!screen) return;
  const stale = screen.querySelector("[data-stale]");

  const refresh = async () => {
    try {
      const answer = await fetch(location.href, { headers: { "X-Background": "1" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("board");
      if (!fresh) throw new Error("signed out");
      document.getElementById("board").replaceWith(fresh);
      document.dispatchEvent(new Event("board:fresh"));
      stale.hidden = true;
    } catch {
      stale.hidden = false;
    }
  };
  setInterval(refresh, Number(screen.dataset.refreshes) * 1000);

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-whole]")) return;
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
  });
})();
