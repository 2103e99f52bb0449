"use strict";
(() => {
  const root = document.documentElement;
  const find = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  // A browser may refuse to keep anything for a page from disk; the page works without.
  const kept = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* not kept */ } },
  };

  function speak(lang) {
    root.lang = lang;
    for (const button of all("button[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
    for (const option of all("option[data-en]")) option.textContent = option.dataset[lang];
    for (const option of all("option[data-word]")) option.textContent = option.textContent.split(" ")[0] + " " + say(option.dataset.word, lang);
    for (const drawing of all("[data-alt]")) {
      const alt = find(drawing.dataset.alt);
      drawing.setAttribute("aria-label", (alt.querySelector(`[lang=${lang}]`) || alt).textContent);
    }
    if (find("left")) choose();
  }

  function say(word, lang) {
    const badge = all(".badge").find((one) => one.querySelector("[lang=en]")?.textContent === word);
    return badge?.querySelector(`[lang=${lang}]`)?.textContent ?? word;
  }

  function paint(theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  }

  // Claims: what is asked of each one, and whether it is shown.
  const claims = all("[data-claim]").map((element) => ({ element, text: element.textContent.toLowerCase(), ...element.dataset }));
  const asked = ["find", "by-word", "by-section", "by-device"].map(find);

  function choose() {
    const [text, word, section, device] = asked.map((field) => field.value);
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const claim of claims) {
      const fits = (!word || claim.word === word) && (!section || claim.in === section)
        && (!device || claim.devices.split(" ").includes(device)) && words.every((one) => claim.text.includes(one));
      claim.element.hidden = !fits;
      left += fits;
    }
    for (const part of all("[data-section]")) part.hidden = !part.querySelector("[data-claim]:not([hidden])");
    find("none").hidden = left > 0;
    const status = find("left");
    status.textContent = status.dataset[root.lang].replace("{n}", left).replace("{all}", claims.length);
  }

  function showAll() {
    for (const field of asked) field.value = "";
    choose();
  }

  // A link to a claim shows it, whatever was chosen before.
  function arrive() {
    const target = find(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) showAll();
    target.scrollIntoView();
    if (target.matches("[data-claim]")) target.focus({ preventScroll: true });
  }

  // A cell of a map says what it is; words stand once, in its row and column.
  function tell(event) {
    const cell = event.target.closest(".map tbody td[class]");
    const told = find("told");
    if (!cell || !told) return;
    const table = cell.closest("table");
    const claim = table.tHead.rows[0].cells[cell.cellIndex].textContent.trim();
    const glyph = all("[data-glyph]").find((one) => one.dataset.glyph === cell.textContent.trim());
    if (!glyph) return;
    told.replaceChildren(`${cell.parentNode.cells[0].textContent.trim()} · ${claim} · `, ...[...glyph.childNodes].map((node) => node.cloneNode(true)));
  }

  // The reason behind a cell, on a click.
  function explain(event) {
    const button = event.target.closest("[data-opens]");
    if (button) find(button.dataset.opens).showModal();
    if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
  }

  // Kept is what a reader has chosen, and nothing else: a page that only opens must not undo it.
  for (const button of all("button[data-lang]")) {
    button.addEventListener("click", () => { speak(button.dataset.lang); kept.set("lang", button.dataset.lang); });
  }
  const theme = find("theme");
  theme.value = kept.get("theme") || "as the system";
  if (!theme.value) theme.value = "as the system";
  theme.addEventListener("change", () => { paint(theme.value); kept.set("theme", theme.value); });
  paint(theme.value);
  if (find("choose")) {
    for (const event of ["input", "change"]) find("choose").addEventListener(event, choose);
    find("choose").addEventListener("submit", (event) => event.preventDefault());
    find("reset").addEventListener("click", () => { showAll(); find("find").focus(); });
    addEventListener("hashchange", arrive);
  }
  for (const event of ["mouseover", "click"]) document.addEventListener(event, tell);
  document.addEventListener("click", explain);
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open]):not(.code):not(.environment)");
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of folded) details.open = false; });
  speak(["en", "ko"].includes(kept.get("lang")) ? kept.get("lang") : root.lang);
  if (find("choose") && location.hash) arrive();
})();
