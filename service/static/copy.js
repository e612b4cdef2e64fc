// A copy button behind every piece of text that is made to be copied. Without JavaScript it can be selected as it is.
for (const piece of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const { copy, copied, name } = piece.dataset;
  const button = document.createElement("button");
  const say = (word, label) => {
    button.textContent = word;
    button.setAttribute("aria-label", label);
  };
  button.type = "button";
  say(copy || "Copy", name || copy || "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(piece.value ?? piece.textContent);
    say(copied || "Copied", copied || "Copied");
    setTimeout(() => say(copy || "Copy", name || copy || "Copy"), 2000);
  });
  piece.after(" ", button);
}
