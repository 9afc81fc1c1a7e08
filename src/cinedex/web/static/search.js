// Shows films while one types. The form does the same without this module, a page at a time.

const DEBOUNCE_MS = 60;

const form = document.querySelector("#search");
const box = form.elements.namedItem("q");
const status = document.querySelector("#status");
const invitation = document.querySelector("#invitation");
const films = document.querySelector("#films");
const blankFilm = document.querySelector("#film").content.firstElementChild;
const limit = Number(form.dataset.limit);
const castShown = Number(films.dataset.cast);

let timer = 0;
// The latest search. What others answer, whenever it comes, is not shown.
let latest = null;
let isUnanswered = false;

async function search() {
  clearTimeout(timer);
  latest?.abort();
  const mine = (latest = new AbortController());
  const text = box.value.trim();
  remember(text);
  if (!text) {
    show([], "");
    return;
  }
  try {
    const answer = await ask(text, mine.signal);
    if (mine === latest) {
      show(answer.films, answer.message, answer.isProblem);
    }
  } catch {
    if (mine === latest) {
      isUnanswered = true;
      const rest = films.childElementCount ? " What you see was found before." : "";
      tell(`Cinedex cannot be reached now.${rest}`, true);
    }
  }
}

async function ask(text, signal) {
  const query = new URLSearchParams({ name: text, limit });
  const response = await fetch(`/api/v1/search_movie?${query}`, { signal });
  const body = await response.json();
  if (response.ok) {
    const message = summary(body.movies.length, body.degraded);
    // While nodes are updated one after another, an older one answers without a cast.
    const found = body.movies.map((movie) => ({ cast: [], ...movie }));
    return { films: found, message, isProblem: body.degraded };
  }
  if (response.status === 404) {
    return { films: [], message: `No film matches “${text}”.` };
  }
  const why = Object.values(body.errors ?? {}).join(", ");
  const message = response.status === 400 && why ? `This cannot be searched for: ${why}.` : body.message;
  return { films: [], message, isProblem: true };
}

function summary(found, isDegraded) {
  const counted = found === 1 ? "1 film" : `${found} films`;
  if (isDegraded) {
    return `${counted}. The index is not ready; only beginnings of titles were compared.`;
  }
  return found === limit ? `The best ${counted}` : counted;
}

function show(found, message, isProblem = false) {
  isUnanswered = false;
  films.replaceChildren(...found.map(filmElement));
  invitation.hidden = Boolean(message);
  tell(message, isProblem);
}

function tell(message, isProblem) {
  status.textContent = message;
  status.classList.toggle("problem", isProblem);
}

function filmElement(movie) {
  const element = blankFilm.cloneNode(true);
  const part = (name) => element.querySelector(`[data-part="${name}"]`);
  const fill = (name, value, shown = name) => {
    part(name).replaceChildren(value || "");
    part(shown).hidden = !value;
  };
  fill("year", movie.year && marked(movie, "year", String(movie.year)));
  fill("name", marked(movie, "name", movie.name));
  fill("director", movie.director && marked(movie, "director", movie.director), "credit");
  fill("people", movie.cast.length && people(movie), "cast");
  part("director").href = `/?q=${encodeURIComponent(movie.director ?? "")}`;
  fill("genres", movie.genres.map((genre) => genre.title).join(", "));
  fill("score", movie.imdb_score?.toFixed(1), "rating");
  fill("votes", movie.votes && `${movie.votes.toLocaleString("en")} ${movie.votes === 1 ? "vote" : "votes"}`);
  return element;
}

// A text of a film, marked where words of the query stand. Places are counted in characters, not in units of a string.
function marked(movie, field, text) {
  const ranges = movie.matched_on.find((it) => it.field === field && it.text === text)?.ranges ?? [];
  const characters = [...text];
  const piece = (start, end) => characters.slice(start, end).join("");
  const pieces = new DocumentFragment();
  let endBefore = 0;
  for (const [start, end] of ranges) {
    const mark = document.createElement("mark");
    mark.append(piece(start, end));
    pieces.append(piece(endBefore, start), mark);
    endBefore = end;
  }
  pieces.append(piece(endBefore));
  return pieces;
}

// A few of the cast: those with most of the words, then the first ones.
function people(movie) {
  const matched = movie.matched_on.filter((it) => it.field === "cast");
  const counts = new Map(matched.map((it) => [it.text, it.ranges.length]));
  const words = (person) => counts.get(person) ?? 0;
  const shown = [...movie.cast].sort((a, b) => words(b) - words(a)).slice(0, castShown);
  const list = new DocumentFragment();
  for (const person of shown) {
    const link = document.createElement("a");
    link.dir = "auto";
    link.href = `/?q=${encodeURIComponent(person)}`;
    link.append(marked(movie, "cast", person));
    list.append(list.childElementCount ? ", " : "", link);
  }
  const others = movie.cast.length - shown.length;
  list.append(others ? ` and ${others} more` : "");
  return list;
}

// The address always says what is searched for, so that it can be reloaded and shared.
function remember(text) {
  document.title = text ? `${text} – Cinedex` : "Cinedex";
  try {
    history.replaceState(null, "", text ? `/?${new URLSearchParams({ q: text })}` : "/");
  } catch {
    // Some browsers take only so many in a minute; a later one is taken.
  }
}

function moveFocus(step) {
  const stops = [box, ...films.children];
  const here = stops.indexOf(document.activeElement.closest(".film") ?? document.activeElement);
  const next = here < 0 ? undefined : stops[here + step];
  next?.focus();
  return Boolean(next);
}

function pressed(event) {
  const isTyping = event.target.matches?.("input, textarea, select");
  switch (event.key) {
    case "/":
      if (isTyping) return false;
      box.focus();
      box.select();
      return true;
    case "Escape":
      box.value = "";
      box.focus();
      search();
      return true;
    case "ArrowDown":
      return moveFocus(1);
    case "ArrowUp":
      return moveFocus(-1);
    default:
      return false;
  }
}

box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, DEBOUNCE_MS);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
document.addEventListener("keydown", (event) => {
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  if (!hasModifier && pressed(event)) event.preventDefault();
});
window.addEventListener("online", () => {
  if (isUnanswered) search();
});

// What was typed before this module was there.
if (box.value !== box.defaultValue) search();
