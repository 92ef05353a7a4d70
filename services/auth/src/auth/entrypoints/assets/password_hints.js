// While a new password is typed: which characters do not count as special, and whether the confirmation agrees.
// Nothing leaves the browser; the sentences come in data attributes; without this the server says the same.
"use strict";

(() => {
  const composed = (text) => text.normalize("NFC");
  const field = (place, name) => document.getElementById(place.dataset[name]);

  /** Say a sentence once: what is read aloud changes only when there is something else to say. */
  function say(place, sentence) {
    if (place.textContent !== sentence) place.textContent = sentence;
  }

  /** The characters that are welcome and are none of the list: the same as on the server. */
  function uncounted(text, specials) {
    const others = composed(text).replace(/[\p{Ll}\p{Lu}0-9]/gu, "");
    return [...new Set(others)].filter((character) => !specials.includes(character));
  }

  function watchCharacters(place) {
    const password = field(place, "uncounted");
    const { specials, space, one, many } = place.dataset;
    const judge = () => {
      const found = uncounted(password.value, specials);
      const shown = found.filter((each) => each.trim());
      if (shown.length < found.length) shown.unshift(space);
      place.dataset.missing = String(![...password.value].some((each) => specials.includes(each)));
      const sentence = shown.length > 1 ? many : one;
      say(place, shown.length ? sentence.replace("{characters}", () => shown.join(", ")) : "");
    };
    password.addEventListener("input", judge);
    if (password.value) judge();
  }

  /** Nothing is said while the confirmation is on its way to be right. */
  function watchConfirmation(place) {
    const confirmation = field(place, "same");
    const password = field(place, "as");
    const judge = () => {
      const [wanted, given] = [composed(password.value), composed(confirmation.value)];
      const underWay = given === "" || (given !== wanted && wanted.startsWith(given));
      place.dataset.state = underWay ? "" : given === wanted ? "met" : "unmet";
      say(place, underWay ? "" : given === wanted ? place.dataset.equal : place.dataset.differs);
    };
    const left = () => {
      if (confirmation.value && composed(confirmation.value) !== composed(password.value)) {
        place.dataset.state = "unmet";
        say(place, place.dataset.differs);
      }
    };
    password.addEventListener("input", judge);
    confirmation.addEventListener("input", judge);
    confirmation.addEventListener("blur", left);
  }

  document.querySelectorAll("[data-uncounted]").forEach(watchCharacters);
  document.querySelectorAll("[data-same]").forEach(watchConfirmation);
})();
