// Keeps the list fresh: asks for the counts, and for the list only when they have changed.
"use strict";

const WAIT_MS = 1500;
const list = document.getElementById("list");

async function look() {
  const stats = await (await fetch("/api/stats", { cache: "no-store" })).json();
  const seen = list.dataset;
  const same =
    String(stats.last_id) === seen.lastId &&
    String(stats.kept) === seen.kept &&
    String(stats.faults_active) === seen.faults;
  if (same) return;

  const wanted = new URLSearchParams(location.search);
  wanted.set("choisi", seen.chosen);
  const answer = await fetch(`/liste?${wanted}`, { cache: "no-store" });
  if (!answer.ok) return;
  const focused = list.contains(document.activeElement) ? document.activeElement.id : "";
  const scrolled = list.scrollTop;
  list.innerHTML = await answer.text(); // escaped by our own server; the page's policy lets no script in
  list.scrollTop = scrolled;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  seen.lastId = stats.last_id;
  seen.kept = stats.kept;
  seen.faults = stats.faults_active;
}

async function watch() {
  if (!document.hidden) await look().catch(() => undefined); // the sinks may be restarting: ask again later
  setTimeout(watch, WAIT_MS);
}

watch();
