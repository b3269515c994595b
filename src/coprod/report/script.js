// Values on hover, by touch and by the arrow keys; tables as CSV; current chapter. Everything is readable without it.
(() => {
  const make = (tag, more) => Object.assign(document.createElement(tag), more);
  const tip = document.body.appendChild(make("div", {className: "tip"}));
  const live = document.getElementById("live");
  const place = (x, y) => {
    tip.style.display = "block";
    const r = tip.getBoundingClientRect();
    tip.style.left = Math.max(6, Math.min(innerWidth - r.width - 6, x + 14)) + "px";
    tip.style.top = (y - r.height - 12 < 4 ? y + 18 : y - r.height - 12) + "px";
  };
  const hide = () => {
    tip.style.display = "none";
    document.querySelectorAll(".hair").forEach(h => h.style.display = "none");
  };

  // Marks with words of their own: "head|line|line".
  document.querySelectorAll("svg.chart [data-tip]").forEach(mark => {
    mark.addEventListener("pointermove", e => {
      const [head, ...rest] = mark.dataset.tip.split("|");
      tip.textContent = "";
      tip.append(make("b", {textContent: head}), rest.join("\n"));
      place(e.clientX, e.clientY);
    });
    mark.addEventListener("pointerleave", hide);
  });

  // Time charts: a crosshair over the month under the pointer.
  document.querySelectorAll(".plot[data-series]").forEach(plot => {
    const data = JSON.parse(document.getElementById(plot.dataset.series).textContent);
    const hair = plot.appendChild(make("div", {className: "hair"}));
    const [a, b] = data.domain;
    let at = -1;
    const frame = () => {
      const svg = [...plot.querySelectorAll("svg")].find(s => s.getBoundingClientRect().width);
      const r = svg.getBoundingClientRect(), box = svg.dataset.plot.split(",").map(Number);
      return {r, box, k: r.width / svg.viewBox.baseVal.width};
    };
    const show = (i, loud) => {
      const {r, box: [x0, x1, y0, y1], k} = frame();
      at = Math.max(0, Math.min(data.x.length - 1, i));
      const px = (x0 + (data.x[at] - a) / (b - a) * (x1 - x0)) * k;
      Object.assign(hair.style, {display: "block", left: px + "px", top: y0 * k + "px", height: (y1 - y0) * k + "px"});
      tip.textContent = "";
      tip.append(make("b", {textContent: data.label[at]}));
      const words = data.series.filter(s => s.values[at] != null).map(s => {
        const row = make("div"), dot = make("i");
        dot.style.background = s.color;
        row.append(dot, s.name + ": " + s.values[at]);
        tip.append(row);
        return row.textContent;
      });
      place(r.left + px, r.top + y0 * k + 60);
      if (loud) live.textContent = data.label[at] + ". " + words.join(". ");
    };
    const find = e => {
      const {r, box: [x0, x1], k} = frame();
      const v = a + ((e.clientX - r.left) / k - x0) / (x1 - x0) * (b - a);
      return data.x.reduce((best, x, i) => Math.abs(x - v) < Math.abs(data.x[best] - v) ? i : best, 0);
    };
    plot.addEventListener("pointermove", e => show(find(e)));
    plot.addEventListener("pointerleave", hide);
    plot.addEventListener("blur", hide);
    plot.addEventListener("keydown", e => {
      const step = {ArrowRight: 1, ArrowLeft: -1, PageDown: 12, PageUp: -12, Home: -1e6, End: 1e6}[e.key];
      const from = at >= 0 ? at : step > 0 ? -1 : data.x.length;
      if (step) { e.preventDefault(); show(from + step, true); }
      if (e.key === "Escape") hide();
    });
  });
  addEventListener("scroll", hide, {passive: true});

  document.querySelectorAll("button[data-csv]").forEach(button => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const plain = cell => '"' + cell.textContent.trim().replace(/\s+/g, " ").replace(/"/g, '""') + '"';
      const rows = [...document.getElementById(button.dataset.csv).rows];
      const csv = rows.map(row => [...row.cells].map(plain).join(",")).join("\r\n");
      const link = make("a", {href: URL.createObjectURL(new Blob(["\ufeff" + csv], {type: "text/csv"}))});
      link.download = button.dataset.csv + ".csv";
      link.click();
    });
  });

  const links = [...document.querySelectorAll("nav a")];
  const seen = new IntersectionObserver(entries => entries.filter(e => e.isIntersecting).forEach(e => {
    links.forEach(l => l.hash === "#" + e.target.id ? l.setAttribute("aria-current", "true") : l.removeAttribute("aria-current"));
  }), {rootMargin: "-15% 0px -80% 0px"});
  document.querySelectorAll("section[id]").forEach(section => seen.observe(section));
})();
