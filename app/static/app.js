"use strict";
// What a browser kept in memory of a private page may no longer be this person's to see: hide it and ask the portal again.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    document.documentElement.hidden = true;
    location.reload();
  }
});
// htmx says nothing by itself when an answer fails: show the sentence that the page holds ready.
function trouble(failed) {
  const notice = document.getElementById("trouble");
  if (notice) notice.hidden = !failed;
}
addEventListener("htmx:sendError", () => trouble(true));
addEventListener("htmx:responseError", () => trouble(true));
addEventListener("htmx:beforeRequest", () => trouble(false));
