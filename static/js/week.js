// The week as a grid that can be painted, by pointer and by keyboard, on top of the typed lines.
// The lines stay the truth: painting writes their text, typing repaints. Without this file they are all there is.
(() => {
  const HALVES = 48;
  const MORNING = 12; // the half hour at 6 AM: what comes before is shown when asked for, or when it is worked
  const STRETCH = /^\s*(\d{1,2}):(\d{2})\s*(?:-|–|to)\s*(\d{1,2}):(\d{2})\s*$/;
  const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const two = (number) => String(number).padStart(2, "0");
  const typed = (minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
  const spoken = (minute) => {
    const hour = Math.floor(minute / 60) % 24;
    return `${hour % 12 || 12}${minute % 60 ? `:${two(minute % 60)}` : ""} ${hour < 12 ? "AM" : "PM"}`;
  };

  // A line as the 96 quarters of a day; null for what cannot be read. The server has the last word.
  const quartersOf = (line) => {
    const quarters = new Array(96).fill(false);
    for (const piece of line.split(",").filter((part) => part.trim())) {
      const found = STRETCH.exec(piece);
      if (!found) return null;
      const opens = Number(found[1]) * 60 + Number(found[2]);
      const closes = Number(found[3]) * 60 + Number(found[4]) || 1440;
      if (opens % 15 || closes % 15 || opens >= closes || closes > 1440) return null;
      quarters.fill(true, opens / 15, closes / 15);
    }
    return quarters;
  };
  const stretchesOf = (quarters) => {
    const stretches = [];
    quarters.forEach((open, at) => {
      if (!open) return;
      if (at && quarters[at - 1]) stretches.at(-1)[1] = (at + 1) * 15;
      else stretches.push([at * 15, (at + 1) * 15]);
    });
    return stretches;
  };
  const write = (quarters, clock, between) =>
    stretchesOf(quarters)
      .map(([opens, closes]) => clock(opens) + between + clock(closes))
      .join(", ");
  const empty = () => new Array(96).fill(false);

  class Painted {
    constructor(form) {
      form.dataset.painted = "";
      this.form = form;
      this.sending = false;
      this.days = [...form.querySelectorAll("[data-day]")].map((row) => ({
        row,
        input: row.querySelector("input"),
        label: row.dataset.label,
        busy: JSON.parse(row.dataset.busy),
      }));
      this.state = form.querySelector(".plan-state");
      this.told = this.state.textContent;
      this.build(form.querySelector("[data-grid]"));
      this.listen();
      this.days.forEach((day) => this.read(day));
      this.showNight(this.days.some((day) => day.quarters.slice(0, MORNING * 2).includes(true)));
    }

    build(place) {
      const head = element("tr", {}, element("td"));
      for (const day of this.days) {
        const [name, number = ""] = day.label.split(" ");
        const heading = element("th", { scope: "col", abbr: day.label }, name.slice(0, 3), element("br"), number);
        head.append(heading);
        day.cells = [];
      }
      this.rows = Array.from({ length: HALVES }, (_, half) => {
        const hour = element("th", { scope: "row" }, half % 2 ? "" : spoken(half * 30));
        if (half % 2) hour.append(element("span", { className: "vh" }, spoken(half * 30)));
        const row = element("tr", {}, hour);
        this.days.forEach((day, column) => {
          const cell = element("td", { tabIndex: -1 });
          cell.setAttribute("role", "gridcell");
          if (!day.input) cell.setAttribute("aria-disabled", "true");
          Object.assign(cell.dataset, { column, half });
          day.cells.push(cell);
          row.append(cell);
        });
        return row;
      });
      this.grid = element("table", {}, element("thead", {}, head), element("tbody", {}, ...this.rows));
      this.grid.setAttribute("role", "grid");
      this.grid.setAttribute("aria-multiselectable", "true");
      this.grid.setAttribute("aria-label", "Hours of the week");
      this.night = element("button", { type: "button", className: "button button-plain" });
      this.said = element("p", { className: "vh" });
      this.said.setAttribute("role", "status");
      const hint = "Drag over the hours you teach. By keyboard: arrows move, space switches, shift and an arrow paint.";
      const about = element("p", { className: "quiet small" }, hint);
      if (this.days.some((day) => day.busy.length)) about.append(element("br"), "● is a lesson or time off.");
      const shown = element("details", { className: "tile" }, element("summary", {}, "Paint the week"), about);
      shown.append(this.night, this.grid, this.said);
      shown.open = matchMedia("(min-width: 64rem)").matches;
      place.replaceChildren(shown);
      this.current = this.days[0].cells[MORNING + 6];
      this.current.tabIndex = 0;
    }

    listen() {
      this.form.addEventListener("input", (event) => {
        const day = this.days.find((one) => one.input === event.target);
        if (day) this.read(day);
      });
      this.form.addEventListener("click", (event) => {
        const button = event.target.closest("[data-fill]");
        if (!button) return;
        event.preventDefault();
        const day = this.days.find((one) => one.row.contains(button));
        day.input.value = button.dataset.fill;
        this.read(day);
        this.say(day);
      });
      this.form.addEventListener("submit", () => {
        this.sending = true;
        document.getElementById("live").replaceChildren(); // what was said of the save before
      });
      for (const failed of ["htmx:sendError", "htmx:responseError"]) {
        this.form.addEventListener(failed, () => (this.sending = false));
      }
      this.night.addEventListener("click", () => this.showNight(this.rows[0].hidden));
      this.grid.addEventListener("keydown", (event) => this.press(event));
      this.grid.addEventListener("pointerdown", (event) => this.begin(event));
      this.grid.addEventListener("pointermove", (event) => this.go(event));
      this.grid.addEventListener("pointerup", () => this.end());
      this.grid.addEventListener("pointercancel", () => this.end());
    }

    // From the line to the grid.
    read(day) {
      const line = day.input ? day.input.value : day.row.dataset.text;
      const quarters = quartersOf(line);
      day.quarters = quarters || empty();
      day.cells.forEach((cell, half) => this.draw(day, cell, half));
      const own = day.row.querySelector(".plan-own");
      if (own) own.hidden = write(day.quarters, typed, "-") === day.row.dataset.usual && quarters !== null;
      const changed = this.changed();
      this.state.textContent = changed ? `${changed} ${changed === 1 ? "day" : "days"} changed, not saved yet.` : this.told;
    }

    draw(day, cell, half) {
      const [first, second] = day.quarters.slice(half * 2, half * 2 + 2);
      const words = day.busy.filter(([from, to]) => from < half * 30 + 30 && to > half * 30).map(([, , word]) => word);
      const how = first && second ? "open" : first || second ? "partly open" : "closed";
      cell.setAttribute("aria-selected", String(Boolean(first || second)));
      cell.setAttribute("aria-label", [day.label, spoken(half * 30), how, ...words].join(", "));
      cell.className = how === "partly open" ? (first ? "half-first" : "half-second") : "";
      cell.textContent = words.length ? "●" : "";
    }

    changed() {
      return this.days.filter(({ input }) => input && input.value !== input.defaultValue).length;
    }

    // From the grid to the line.
    paint(column, half, open) {
      const day = this.days[column];
      if (!day.input) return;
      day.quarters.fill(open, half * 2, half * 2 + 2);
      day.input.value = write(day.quarters, typed, "-");
      this.read(day);
    }

    isOpen({ column, half }) {
      const { quarters } = this.days[column];
      return quarters[half * 2] && quarters[half * 2 + 1];
    }

    say(day) {
      this.said.textContent = `${day.label}: ${write(day.quarters, spoken, " to ") || "off"}`;
    }

    // The one cell that Tab reaches.
    rove(cell) {
      this.current.tabIndex = -1;
      cell.tabIndex = 0;
      this.current = cell;
    }

    focus(cell) {
      this.rove(cell);
      cell.focus();
    }

    press(event) {
      const cell = event.target.closest("td[data-half]");
      if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
      const [column, half] = [Number(cell.dataset.column), Number(cell.dataset.half)];
      const first = this.rows[0].hidden ? MORNING : 0;
      let [toColumn, toHalf] = [column, half];
      if (event.key in STEPS) {
        const [right, down] = STEPS[event.key];
        [toColumn, toHalf] = [column + right, half + down];
      } else if (event.key === "Home") toHalf = first;
      else if (event.key === "End") toHalf = HALVES - 1;
      else if (event.key !== " ") return;
      event.preventDefault();
      if (event.key === " ") this.paint(column, half, !this.isOpen({ column, half }));
      else if (toColumn in this.days && toHalf >= first && toHalf < HALVES) {
        if (event.shiftKey) this.paint(toColumn, toHalf, this.isOpen({ column, half }));
        this.focus(this.days[toColumn].cells[toHalf]);
      }
      if (event.key === " " || event.shiftKey) this.say(this.days[toColumn in this.days ? toColumn : column]);
    }

    // A stroke: from where the pointer went down to where it is, all becomes what the first cell becomes.
    begin(event) {
      const cell = event.target.closest("td[data-half]");
      if (!cell || event.button) return;
      event.preventDefault();
      const from = { column: Number(cell.dataset.column), half: Number(cell.dataset.half) };
      this.stroke = { from, open: !this.isOpen(from), before: this.days.map((day) => day.input?.value) };
      this.grid.setPointerCapture(event.pointerId);
      this.go(event);
      this.focus(cell);
    }

    go(event) {
      if (!this.stroke) return;
      const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("td[data-half]");
      if (!under || !this.grid.contains(under)) return;
      const { from, open, before } = this.stroke;
      const columns = [from.column, Number(under.dataset.column)].sort((a, b) => a - b);
      const halves = [from.half, Number(under.dataset.half)].sort((a, b) => a - b);
      this.days.forEach((day, column) => {
        if (!day.input) return;
        if (day.input.value !== before[column]) {
          day.input.value = before[column];
          this.read(day);
        }
        if (column < columns[0] || column > columns[1]) return;
        for (let half = halves[0]; half <= halves[1]; half += 1) this.paint(column, half, open);
      });
    }

    end() {
      if (this.stroke) this.say(this.days[Number(this.current.dataset.column)]);
      this.stroke = null;
    }

    showNight(show) {
      this.rows.slice(0, MORNING).forEach((row) => (row.hidden = !show));
      this.night.textContent = show ? "Hide the night" : "Show the night";
      this.night.setAttribute("aria-expanded", String(show));
      if (this.current.parentElement.hidden) this.rove(this.days[0].cells[MORNING]);
    }
  }

  let painted = [];
  const begin = () => {
    painted = painted.filter(({ form }) => form.isConnected);
    for (const form of document.querySelectorAll("form[data-week]:not([data-painted])")) painted.push(new Painted(form));
  };
  begin();
  document.addEventListener("htmx:load", begin);
  // What a browser filled in again, after the way back.
  window.addEventListener("pageshow", () => painted.forEach((one) => one.days.forEach((day) => one.read(day))));
  window.addEventListener("beforeunload", (event) => {
    if (painted.some((one) => one.form.isConnected && one.changed() && !one.sending)) event.preventDefault();
  });
})();
