/* Reloads the page when the build it shows is no longer the last one, and leaves whoever reads it
   where they were: the same words under the eyes, what was unfolded still unfolded, the same link
   in focus. The place is kept while the page of a failed build stands over the site. A hidden page
   does not listen: a browser keeps few connections open to one server, and tabs left open would
   use them up. */
(function () {
  "use strict";
  var build = document.currentScript.getAttribute("data-build");
  var isFailure = document.documentElement.hasAttribute("data-failure");
  var key = "rechargement:" + location.pathname;
  var source = null;
  var isReloading = false;

  function all(selector) {
    return Array.prototype.slice.call(document.querySelectorAll(selector));
  }

  function wordsOf(details) {
    var summary = details.querySelector("summary");
    return summary ? summary.textContent : "";
  }

  function foldings() {
    return all("details").map(function (details) {
      return { words: wordsOf(details), open: details.hasAttribute("open") };
    });
  }

  function foldAsBefore(before) {
    var left = all("details");
    before.forEach(function (was) {
      var same = left.filter(function (details) { return wordsOf(details) === was.words; })[0];
      if (!same) return;
      left.splice(left.indexOf(same), 1);
      if (was.open) same.setAttribute("open", "");
      else same.removeAttribute("open");
    });
  }

  /* Whether an element does not go with the page that is scrolled: a table of contents at its side. */
  function isPinned(element) {
    for (; element && element !== document.body; element = element.parentElement) {
      if (/sticky|fixed/.test(getComputedStyle(element).position)) return true;
    }
    return false;
  }

  /* The lowest element with an anchor that starts above the middle of the window. */
  function landmark() {
    var found = null;
    all("main [id]").forEach(function (element) {
      var box = element.getBoundingClientRect();
      var isLower = box.height > 0 && box.top < window.innerHeight / 2 && (!found || box.top > found.top);
      if (isLower && !isPinned(element)) found = { id: element.id, top: box.top };
    });
    return found;
  }

  /* How to find an element again: by its anchor, or as one of those that are written as it is. */
  function pathTo(element) {
    if (!element || element === document.body) return null;
    if (element.id) return { id: element.id };
    var name = element.tagName.toLowerCase();
    var href = element.getAttribute("href");
    var alike = all(name).filter(function (other) { return other.getAttribute("href") === href; });
    return { name: name, href: href, nth: alike.indexOf(element) };
  }

  function find(path) {
    if (!path) return null;
    if (path.id) return document.getElementById(path.id);
    var alike = all(path.name).filter(function (other) { return other.getAttribute("href") === path.href; });
    return alike[Math.min(path.nth, alike.length - 1)];
  }

  function keepPlace() {
    if (isFailure) return;
    try {
      sessionStorage.setItem(key, JSON.stringify({
        x: window.pageXOffset,
        y: window.pageYOffset,
        landmark: landmark(),
        foldings: foldings(),
        focus: pathTo(document.activeElement),
      }));
    } catch (e) { /* Without storage the page starts at its top. */ }
  }

  function place() {
    try {
      var kept = JSON.parse(sessionStorage.getItem(key));
      sessionStorage.removeItem(key);
      return kept;
    } catch (e) { return null; }
  }

  function scrollBack(kept) {
    var element = kept.landmark && document.getElementById(kept.landmark.id);
    if (element) window.scrollBy(0, element.getBoundingClientRect().top - kept.landmark.top);
    else window.scrollTo(kept.x, kept.y);
  }

  function goBack(kept) {
    foldAsBefore(kept.foldings);
    var focused = find(kept.focus);
    if (focused) focused.focus({ preventScroll: true });
    scrollBack(kept);
    // Pictures above may still push the words away; somebody who has moved since is left alone.
    var y = window.pageYOffset;
    window.addEventListener("load", function () {
      if (window.pageYOffset === y) scrollBack(kept);
    });
  }

  function reload() {
    keepPlace();
    isReloading = true;
    // Otherwise the browser goes back to its own idea of the place, after we did.
    restoreScroll("manual");
    location.reload();
  }

  function restoreScroll(how) {
    if ("scrollRestoration" in history) history.scrollRestoration = how;
  }

  function listen() {
    if (document.hidden) {
      if (source) { source.close(); source = null; }
    } else if (!source) {
      source = new EventSource("/_rechargement");
      source.onmessage = function (event) {
        if (event.data !== build) { source.close(); reload(); }
      };
    }
  }

  if (!isFailure) {
    var kept = place();
    if (kept) goBack(kept);
  }
  window.addEventListener("pagehide", function () {
    if (!isReloading) restoreScroll("auto");
  });
  document.addEventListener("visibilitychange", listen);
  listen();
}());
