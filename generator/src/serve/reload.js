/* Reloads the page when the build it shows is no longer the last one; the browser keeps the
   place in the page. A hidden page does not listen: a browser keeps few connections open to one
   server, and tabs left open would use them up. */
(function () {
  "use strict";
  var build = document.currentScript.getAttribute("data-build");
  var source = null;

  function listen() {
    if (document.hidden) {
      if (source) { source.close(); source = null; }
    } else if (!source) {
      source = new EventSource("/_rechargement");
      source.onmessage = function (event) {
        if (event.data !== build) { source.close(); location.reload(); }
      };
    }
  }

  document.addEventListener("visibilitychange", listen);
  listen();
}());
