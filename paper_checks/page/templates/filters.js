(() => {
  const box = document.querySelector(".filters"), words = document.getElementById("search-words");
  const sections = [...document.querySelectorAll("section.claim")];
  const shown = document.getElementById("claims-shown");
  const texts = new Map(sections.map(s => [s.id, s.textContent.toLowerCase()]));
  const tell = () => {
    const wanted = words.value.trim().toLowerCase();
    for (const each of document.querySelectorAll("[data-claim]"))
      each.hidden = !(texts.get(each.dataset.claim) || "").includes(wanted);
    const visible = sections.filter(s => getComputedStyle(s).display !== "none").length;
    shown.textContent = `${visible} of ${sections.length} claims shown`;
  };
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || getComputedStyle(target).display !== "none") return;
    words.value = "";
    for (const all of box.querySelectorAll("input[id$=-all]")) all.checked = true;
    tell();
    target.scrollIntoView();
  };
  box.classList.add("scripted");
  box.addEventListener("input", tell);
  addEventListener("hashchange", reveal);
  tell();
  reveal();
})();
