// A form sent by htmx that never arrived says nothing by itself.
document.addEventListener("htmx:sendError", () => {
  const live = document.getElementById("live");
  const sentence = document.createElement("p");
  sentence.className = "alert";
  sentence.textContent = "The line is down, so this did not go through. Check your connection, then press again.";
  live.replaceChildren(sentence);
  live.classList.add("live");
  live.scrollIntoView({ block: "nearest" });
});
