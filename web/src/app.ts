// Makes pages quicker to use. Every page works without it.

function each<T extends Element>(selector: string, act: (element: T) => void): void {
  document.querySelectorAll<T>(selector).forEach(act);
}

// A print button is only shown where it can work.
each<HTMLButtonElement>("[data-print]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// Characters left, counted as the server counts them: by code point.
each<HTMLTextAreaElement>("textarea[data-count]", (area) => {
  const counter = document.querySelector<HTMLElement>(`[data-counter="${area.id}"]`);
  const max = Number(area.dataset.count);
  if (!counter || !max) return;
  const show = (): void => {
    const used = Array.from(area.value).length;
    const over = used > max;
    counter.classList.toggle("over", over);
    counter.textContent = over ? `超过 ${used - max} 个字，请删一些` : `已写 ${used} 个字，最多 ${max} 个字`;
  };
  area.addEventListener("input", show);
  show();
});

// Words that are too long stay on the page: what is sent may be refused before it is read.
each<HTMLFormElement>("form", (form) => {
  form.addEventListener("submit", (event) => {
    const over = Array.from(form.querySelectorAll<HTMLTextAreaElement>("textarea[data-count]")).find(
      (area) => Array.from(area.value).length > Number(area.dataset.count),
    );
    const leaves = (event.submitter as HTMLButtonElement | null)?.value === "back";
    if (!over || leaves) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    over.focus();
  });
});

// More than five people name representatives: the rows open by themselves.
each<HTMLInputElement>('input[name="people"]', (people) => {
  const rows = document.querySelector<HTMLDetailsElement>("#more-people");
  if (!rows) return;
  people.addEventListener("change", () => {
    if (Number(people.value) > 5) rows.open = true;
  });
});

// A form sent twice is one act on the server; the button says so at once.
each<HTMLFormElement>("form[data-once]", (form) => {
  form.addEventListener("submit", () => {
    window.setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((b) => b.setAttribute("disabled", "")));
  });
});
window.addEventListener("pageshow", () => each("form[data-once] button[disabled]", (b) => b.removeAttribute("disabled")));

// In a list, the arrow keys go from row to row once a row has the focus.
each<HTMLTableElement>("table.rows-nav", (table) => {
  const links = Array.from(table.querySelectorAll<HTMLAnchorElement>(".matter-link"));
  table.addEventListener("keydown", (event) => {
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (at < 0 || step === 0) return;
    event.preventDefault();
    links[at + step]?.focus();
  });
});

// Where very many file at once, the browser reckons instead of the person waiting: a number that makes the SHA-256 of
// "TICKET:NUMBER" begin with so many zero bits. Without a secure connection there is no such reckoning, and it waits.
async function reckoned(ticket: string, bits: number): Promise<string> {
  const encoder = new TextEncoder();
  const digests = 512;
  for (let from = 0; ; from += digests) {
    const found = await Promise.all(
      Array.from({ length: digests }, async (_, at) => {
        const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`${ticket}:${from + at}`));
        return new DataView(digest).getUint32(0) >>> (32 - bits) === 0;
      }),
    );
    const at = found.indexOf(true);
    if (at >= 0) return String(from + at);
  }
}

each<HTMLFormElement>("form[data-puzzle]", (form) => {
  const send = form.querySelector<HTMLButtonElement>("button[value=send]");
  const number = form.querySelector<HTMLInputElement>("input[name=number]");
  const told = form.querySelector<HTMLElement>("[data-puzzle-told]");
  if (!send || !number || !told) return;
  told.hidden = false;
  let left = false;
  form.addEventListener("submit", () => (left = true));
  const go = (found: string): void => {
    if (left) return;
    number.value = found;
    form.requestSubmit(send);
  };
  window.setTimeout(() => go(""), 1000 * Number(form.dataset.seconds));
  if (window.isSecureContext) void reckoned(form.dataset.puzzle ?? "", Number(form.dataset.bits)).then(go);
});

// What is wrong is where the reader starts.
document.querySelector<HTMLElement>(".error-summary a")?.focus();
