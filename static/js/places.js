// Pressing a neighborhood on the map ticks its box, and a ticked box is painted on the map. The list alone does all.
const places = document.getElementById("places");
const painted = places.querySelector(".map-chosen");

function shape(box) {
  return places.querySelector(`.map a[href="#${box.id}"] use`);
}

function paint(box) {
  const drawn = shape(box);
  if (drawn) {
    const same = painted.querySelector(`use[href="${drawn.getAttribute("href")}"]`);
    if (box.checked && !same) painted.append(drawn.cloneNode());
    if (!box.checked && same) same.remove();
  }
  const borough = box.closest("details");
  borough.querySelector("[data-count]").textContent = borough.querySelectorAll(":checked").length;
}

for (const box of places.querySelectorAll("input[type=checkbox]")) {
  paint(box); // a browser that comes back keeps what was ticked
  box.addEventListener("change", () => paint(box));
}

places.querySelector(".map svg").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  const box = document.getElementById(link.getAttribute("href").slice(1));
  box.checked = !box.checked;
  paint(box);
});
