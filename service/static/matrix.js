// A place of the table opens what stands behind it in a dialog. Without JavaScript its link leads there.
const table = document.querySelector("[data-close]");

function opened(section) {
  const shown = section.cloneNode(true);
  const dialog = document.createElement("dialog");
  dialog.className = "about";
  shown.removeAttribute("id");
  shown.removeAttribute("tabindex");
  for (const each of shown.querySelectorAll("[id]")) each.id = `shown-${each.id}`;
  for (const each of shown.querySelectorAll("[for]")) each.htmlFor = `shown-${each.htmlFor}`;
  for (const each of shown.querySelectorAll("input")) each.name = `shown-${each.name}`;
  const heading = shown.querySelector("h3");
  heading.id = "shown-heading";
  dialog.setAttribute("aria-labelledby", heading.id);
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = table.dataset.close;
  close.addEventListener("click", () => dialog.close());
  dialog.append(close, shown);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  return dialog;
}

table?.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-opens]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const dialog = opened(document.getElementById(link.hash.slice(1)));
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  document.body.append(dialog);
  dialog.showModal();
});
