"""What is asked of a page in the browser: questions in JavaScript, answers as plain lists."""

from __future__ import annotations

#: Texts of visible charts that meet: their boxes less the room above and below letters.
MEETING = """() => [...document.querySelectorAll("svg.chart")].flatMap(chart => {
  if (!chart.getBoundingClientRect().width) return [];
  const texts = [...chart.querySelectorAll("text")].filter(t => t.textContent.trim()).map(t => {
    const r = t.getBoundingClientRect(), room = r.height * 0.18;
    return {text: t.textContent, left: r.left + 1, right: r.right - 1,
            top: r.top + room, bottom: r.bottom - room};
  });
  return texts.flatMap((a, i) => texts.slice(i + 1)
    .filter(b => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
    .map(b => `${chart.closest("figure").id}: '${a.text}' and '${b.text}'`));
})"""

#: Texts of visible charts that reach out of their drawing.
CLIPPED = """() => [...document.querySelectorAll("svg.chart")].flatMap(chart => {
  const box = chart.getBoundingClientRect();
  if (!box.width) return [];
  return [...chart.querySelectorAll("text")].filter(t => {
    const r = t.getBoundingClientRect();
    return r.width && (r.left < box.left - 1 || r.right > box.right + 1 || r.bottom > box.bottom + 2);
  }).map(t => `${chart.closest("figure").id}: '${t.textContent}'`);
})"""

#: Size in pixels of the smallest text of visible charts, and of everything else.
SMALLEST = """() => {
  const chart = [], other = [];
  for (const t of document.querySelectorAll("svg.chart text")) {
    const svg = t.closest("svg"), box = svg.getBoundingClientRect();
    const size = parseFloat(t.getAttribute("font-size"));
    if (box.width) chart.push(size * box.width / svg.viewBox.baseVal.width);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || parent.closest("svg, script, style, .sr, .skip")) continue;
    if (parent.getClientRects().length) other.push(parseFloat(getComputedStyle(parent).fontSize));
  }
  return [Math.min(...chart), Math.min(...other)];
}"""

#: Elements that reach beyond the page's right edge, and cells whose words do not fit in them.
OUTSIDE = """() => {
  const edge = document.documentElement.clientWidth + 1;
  const skip = e => e.closest("nav, svg, .sr, .skip, .tip, .scroll");
  const shown = e => e.getClientRects().length;
  const out = [...document.body.querySelectorAll("*")]
    .filter(e => !skip(e) && shown(e) && e.getBoundingClientRect().right > edge);
  const cells = [...document.querySelectorAll("td, th, .keys dd, .keys dt, .decide, h1, h2, h3, caption")]
    .filter(e => !skip(e) && shown(e) && e.scrollWidth > e.clientWidth + 1)
    .filter(e => getComputedStyle(e).display !== "inline");
  return [...out, ...cells].map(e => `${e.tagName} ${e.className}: ${e.textContent.trim().slice(0, 60)}`);
}"""
