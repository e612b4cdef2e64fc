// The units on offer are those of the test that is named. Without JavaScript all are, and the answer names the right ones.
const test = document.getElementById("check-test");
const units = document.getElementById("units");
const all = units ? [...units.children] : [];

test?.addEventListener("input", () => {
  const named = [...document.querySelectorAll("#tests option")].find(
    (each) => each.value.toLowerCase() === test.value.trim().toLowerCase(),
  );
  const offered = named?.dataset.units.split(" ").map((unit) => new Option(unit, unit));
  units.replaceChildren(...(offered ?? all));
});
