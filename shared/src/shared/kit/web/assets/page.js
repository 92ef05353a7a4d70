// What a page gains with scripts; every page works without. No sentence is written here: they come in data attributes.
"use strict";

const SENT_ONCE_WITHIN_MS = 3000;

/** Go to what was just said, or to what there is to correct. */
function focusWhatMatters() {
  const target = document.querySelector(".error-summary[data-focus]") || document.querySelector("[data-focus]");
  if (target) target.focus();
}

/** A link of the summary leads into the field itself. */
function followSummary() {
  for (const link of document.querySelectorAll(".error-summary a")) {
    link.addEventListener("click", (event) => {
      const field = document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.closest(".field").scrollIntoView();
    });
  }
}

function offerShow(row) {
  const input = row.querySelector("input");
  const button = row.querySelector("button.show");
  if (!input || !button) return;
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? button.dataset.hide : button.dataset.show;
    button.setAttribute("aria-label", shown ? button.dataset.hideLabel : button.dataset.showLabel);
  };
  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  if (input.form) input.form.addEventListener("submit", () => show(false)); // so that browsers offer to keep it
}

/** Tick each rule as the password is typed. The server judges by the same table. */
function judgeRules(list) {
  const input = document.getElementById(list.dataset.rules);
  const left = list.closest("[data-password]").querySelector("[data-rules-left]");
  if (!input) return;
  const rules = [...list.querySelectorAll("[data-rule]")].map((item) => ({
    item,
    pattern: new RegExp(item.dataset.pattern, "su"),
    word: item.querySelector("[data-state-word]"),
  }));
  const judge = () => {
    const value = input.value.normalize("NFC");
    let unmet = 0;
    for (const { item, pattern, word } of rules) {
      const met = pattern.test(value);
      if (!met) unmet += 1;
      item.dataset.state = met ? "met" : "unmet";
      word.textContent = ` (${met ? list.dataset.met : list.dataset.unmet})`;
    }
    const said = unmet === 0 ? left.dataset.none : unmet === 1 ? left.dataset.one : left.dataset.many;
    const sentence = value ? said.replace("{count}", String(unmet)) : "";
    if (left.textContent !== sentence) left.textContent = sentence;
  };
  input.addEventListener("input", judge);
  if (input.value) judge();
}

/** Seconds since the page came, by a clock that nobody can set. */
function countDown(place) {
  const total = Number(place.dataset.countdown);
  const began = performance.now();
  const tick = () => {
    const left = Math.max(0, Math.round(total - (performance.now() - began) / 1000));
    const minutes = Math.floor(left / 60);
    const words = minutes ? `${minutes}\u00a0min ${String(left % 60).padStart(2, "0")}\u00a0s` : `${left}\u00a0s`;
    place.textContent = left ? place.dataset.left.replace("{left}", words) : place.dataset.over;
    if (left) setTimeout(tick, 1000);
  };
  if (Number.isFinite(total)) tick();
}

/** A second press while the first is on its way would spend what can be spent once. */
function sendOnce(form) {
  let sentAt = -Infinity;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - sentAt < SENT_ONCE_WITHIN_MS) event.preventDefault();
    else sentAt = event.timeStamp;
  });
}

document.querySelectorAll("form[method=post]").forEach(sendOnce);
document.querySelectorAll(".password-row").forEach(offerShow);
document.querySelectorAll("[data-rules]").forEach(judgeRules);
document.querySelectorAll("[data-countdown]").forEach(countDown);
followSummary();
focusWhatMatters();
