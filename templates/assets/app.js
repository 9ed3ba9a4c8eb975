// Small helps for pages that work without any of this. Everything hangs on
// data attributes; listeners sit on the document, so that fragments which
// arrive later are served too. Texts come from attributes of <body>.
(() => {
  'use strict';
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const say = (key, values = {}) =>
    (document.body.dataset['text' + key] || '').replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
  const make = (tag, className, props = {}) => Object.assign(document.createElement(tag), { className }, props);
  const on = (type, selector, fn) => document.addEventListener(type, (event) => {
    const el = event.target instanceof Element && event.target.closest(selector);
    if (el) fn(el, event);
  });

  /* Conditional fields ---------------------------------------------------- */

  const answers = (form, name) => all(`[name="${CSS.escape(name)}"]`, form)
    .filter((el) => !el.matches(':disabled') && (!/^(radio|checkbox)$/.test(el.type) || el.checked))
    .map((el) => el.value.trim());

  const holds = (form, rule) => rule.split(';').every((part) => {
    const at = part.indexOf('=');
    const wanted = part.slice(at + 1).split('|').map((w) => w.trim());
    const given = answers(form, part.slice(0, at).trim());
    return given.length ? given.some((g) => wanted.includes(g)) : wanted.includes('');
  });

  const show = (el, shown) => {
    el.hidden = !shown;
    if (el.tagName === 'FIELDSET') el.disabled = !shown;
    else all('input,select,textarea', el).forEach((input) => { input.disabled = !shown; });
  };

  // A condition may hang on a field that is itself conditional: three rounds
  // settle any chain that a form has.
  const applyConditions = (form) => {
    const parts = all('[data-shown-when]', form);
    for (let round = 0; parts.length && round < 3; round++) {
      parts.forEach((el) => show(el, holds(form, el.dataset.shownWhen)));
    }
  };

  // An answer may make other fields required: they get the mark at once, so
  // that the save brings no surprise. "||" separates conditions, any of which
  // is enough.
  const applyDuties = (form) => all('[data-required-when]', form).forEach((field) => {
    const must = field.dataset.requiredWhen.split('||').some((rule) => holds(form, rule));
    field.toggleAttribute('data-required', must);
    all('.must', field).forEach((mark) => { mark.hidden = !must; });
    all('input:not([type=radio],[type=checkbox]),select,textarea', field).forEach((input) => {
      if (must) input.setAttribute('aria-required', 'true');
      else input.removeAttribute('aria-required');
    });
  });

  /* Sections of a long form: where am I, what is still missing ------------- */

  const filled = (field, form) => all('input,select,textarea', field)
    .some((el) => el.name && answers(form, el.name).some((v) => v !== ''));

  const countFilled = (form) => all('[data-steps] a').forEach((link) => {
    const section = document.getElementById(link.hash.slice(1));
    if (!section || !form.contains(section)) return;
    const item = link.parentElement;
    item.hidden = section.hidden;
    const must = all('.field[data-required]', section).filter((f) => !f.hidden);
    const done = must.filter((f) => filled(f, form)).length;
    link.querySelector('[data-filled]').textContent = must.length ? `${done}/${must.length}` : '';
    item.classList.toggle('done', must.length > 0 && done === must.length);
  });

  const watchSections = () => {
    const links = all('[data-steps] a');
    if (!links.length || !('IntersectionObserver' in window)) return;
    const visible = new Set();
    const observer = new IntersectionObserver((entries) => {
      entries.forEach((e) => (e.isIntersecting ? visible.add(e.target.id) : visible.delete(e.target.id)));
      const here = links.find((a) => visible.has(a.hash.slice(1)));
      if (here) links.forEach((a) => (a === here ? a.setAttribute('aria-current', 'true') : a.removeAttribute('aria-current')));
    }, { rootMargin: '-80px 0px -45% 0px' });
    links.forEach((a) => { const s = document.getElementById(a.hash.slice(1)); if (s) observer.observe(s); });
  };

  /* Autosave and leave warning --------------------------------------------- */

  const WAIT = 2000;
  const RETRY = 15000;
  const drafts = new WeakMap(); // form -> {dirty, timer, sending, sent}
  const draftOf = (form) => drafts.get(form) || drafts.set(form, {}).get(form);
  const draftKey = (form) => 'draft:' + form.dataset.autosave;
  const fieldsOf = (form) => Array.from(new FormData(form)).filter(([, value]) => typeof value === 'string');
  const statusOf = (form) => form.querySelector('[data-autosave-status]');

  const tell = (form, text, state) => {
    const status = statusOf(form);
    if (!status) return;
    status.textContent = text;
    status.dataset.state = state;
  };

  const keepLocally = (form) => {
    try {
      const at = new Date().toLocaleString(document.documentElement.lang, { hour12: false });
      localStorage.setItem(draftKey(form), JSON.stringify({ at, fields: fieldsOf(form) }));
    } catch (_) { /* storage is full or forbidden: the page still holds the text */ }
  };

  const forgetLocally = (form) => {
    try { localStorage.removeItem(draftKey(form)); } catch (_) { /* nothing was kept */ }
  };

  const post = async (form, leaving) => {
    const answer = await fetch(form.dataset.autosave, {
      method: 'POST', credentials: 'same-origin', keepalive: leaving,
      headers: { 'X-Requested-With': 'autosave', Accept: 'application/json' },
      body: new URLSearchParams(fieldsOf(form)),
    });
    const json = /json/.test(answer.headers.get('Content-Type') || '') ? await answer.json() : {};
    if (!answer.ok || !json.saved) throw new Error(json.message || json.detail || '');
    return json;
  };

  const save = async (form, leaving = false) => {
    const draft = draftOf(form);
    clearTimeout(draft.timer);
    if (!draft.dirty || draft.sent || (draft.sending && !leaving)) return;
    draft.dirty = false;
    draft.sending = true;
    if (leaving) keepLocally(form);
    tell(form, say('Saving'), 'saving');
    try {
      const json = await post(form, leaving);
      if (json.version && form.elements.version) form.elements.version.value = json.version;
      forgetLocally(form);
      if (!draft.dirty) tell(form, say('Saved', { time: json.saved }) + (json.message ? ' · ' + json.message : ''), 'saved');
    } catch (error) {
      draft.dirty = true;
      keepLocally(form);
      tell(form, error.message && !(error instanceof TypeError) ? error.message : say('SaveFailed'), 'failed');
      draft.timer = setTimeout(() => save(form), RETRY);
    } finally {
      draft.sending = false;
      if (draft.dirty && statusOf(form)?.dataset.state !== 'failed') draft.timer = setTimeout(() => save(form), WAIT);
    }
  };

  const touch = (form) => {
    const draft = draftOf(form);
    draft.dirty = true;
    if (!form.dataset.autosave) return;
    tell(form, say('Unsaved'), 'unsaved');
    clearTimeout(draft.timer);
    draft.timer = setTimeout(() => save(form), WAIT);
  };

  const restore = (form, fields) => {
    const names = new Set(fields.map(([name]) => name));
    all('input,select,textarea', form).forEach((el) => {
      if (!el.name || el.type === 'hidden' || el.type === 'file') return;
      const values = fields.filter(([name]) => name === el.name).map(([, value]) => value);
      if (el.type === 'checkbox' || el.type === 'radio') el.checked = values.includes(el.value);
      else if (names.has(el.name)) el.value = values[0];
    });
    refresh(form);
    touch(form);
  };

  const offerRestore = (form) => {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(draftKey(form))); } catch (_) { return; }
    if (!kept || !statusOf(form)) return;
    const button = make('button', 'btn btn-plain btn-sm', { type: 'button', textContent: say('Restore', { time: kept.at }) });
    button.addEventListener('click', () => { button.remove(); restore(form, kept.fields); });
    statusOf(form).append(' ', button);
  };

  const guarded = () => all('form[data-autosave],form[data-guard]');
  window.addEventListener('beforeunload', (event) => {
    if (guarded().some((form) => draftOf(form).dirty && !draftOf(form).sent)) {
      event.preventDefault();
      event.returnValue = '';
    }
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') all('form[data-autosave]').forEach((form) => save(form, true));
  });
  // Not on the way to a button: a note that grows or shrinks would move the
  // button from under the pointer before it is let go.
  on('focusout', 'form[data-autosave]', (form, event) => {
    if (!event.relatedTarget?.closest?.('.form-end')) save(form);
  });

  /* Fields: money, dates, counters, files ----------------------------------- */

  // 万元 with up to six decimals are whole fen: no floating point is needed.
  const yuan = (text) => {
    const match = /^(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text.normalize('NFKC').replace(/[,\s]/g, ''));
    if (!match) return '';
    const fen = BigInt(match[1] + (match[2] || '').padEnd(6, '0'));
    return (fen / 100n).toLocaleString('en') + '.' + String(fen % 100n).padStart(2, '0');
  };

  const showYuan = (input) => {
    const output = document.querySelector(`[data-money-of="${CSS.escape(input.id)}"]`);
    const text = yuan(input.value);
    if (output) output.textContent = text && say('Yuan', { yuan: text });
  };

  const countChars = (area) => {
    let small = area.nextElementSibling;
    if (!small || !small.matches('.chars')) area.after(small = make('small', 'chars'));
    const left = Number(area.dataset.max) - Array.from(area.value).length;
    small.textContent = left < 0 ? say('CharsOver', { n: -left }) : say('Chars', { n: left });
    small.classList.toggle('over', left < 0);
  };

  // A text field takes dates as people write them; a small native date input
  // at its right end opens the calendar.
  const addCalendar = (input) => {
    if (input.dataset.date === 'ready') return;
    input.dataset.date = 'ready';
    const picker = make('input', 'date-pick', { type: 'date', tabIndex: -1, title: say('Calendar') });
    picker.setAttribute('aria-label', say('Calendar'));
    const box = make('span', 'date-box');
    input.replaceWith(box);
    box.append(input, picker);
    picker.addEventListener('pointerdown', () => { if (/^\d{4}-\d\d-\d\d$/.test(input.value)) picker.value = input.value; });
    picker.addEventListener('change', () => {
      input.value = picker.value;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
  };

  const megabytes = (bytes) => (bytes / 1048576).toFixed(1);
  const checkFiles = (input) => {
    const box = input.closest('.file-input') || input.parentElement;
    all('.file-note', box).forEach((el) => el.remove());
    const max = Number(input.dataset.maxBytes) || Infinity;
    const big = Array.from(input.files).filter((f) => f.size > max);
    Array.from(input.files).forEach((f) => {
      const wrong = big.includes(f);
      const text = wrong ? say('FileBig', { name: f.name, size: megabytes(f.size), max: megabytes(max) }) : `${f.name} · ${megabytes(f.size)} MB`;
      box.append(make('p', 'file-note ' + (wrong ? 'error' : 'hint'), { textContent: text }));
    });
    input.classList.toggle('is-wrong', big.length > 0);
    return big.length === 0;
  };
  on('change', 'input[type=file]', checkFiles);

  /* Choosing rows -------------------------------------------------------------- */

  // A form's own properties may be hidden by inputs of that name ("id"):
  // attributes are read with getAttribute.
  const boxesOf = (bulk) => all('[data-pick]').filter((box) => box.form === bulk);
  const countPicked = (bulk) => {
    const boxes = boxesOf(bulk);
    const whole = bulk.querySelector('[data-bulk-all]');
    const n = whole?.checked ? Number(bulk.dataset.total) : boxes.filter((b) => b.checked).length;
    const count = bulk.querySelector('[data-bulk-count]');
    count.dataset.hint ??= count.textContent;
    count.textContent = n ? (whole?.checked ? bulk.dataset.textPickedAll : bulk.dataset.textPicked).replace('{n}', n.toLocaleString('en')) : count.dataset.hint;
    bulk.classList.toggle('active', n > 0);
    bulk.dataset.n = n;
    all('button', bulk).forEach((button) => { button.disabled = n === 0; });
    boxes.forEach((b) => b.closest('tr')?.classList.toggle('picked', b.checked || Boolean(whole?.checked)));
    all('[data-pick-all]').filter((head) => head.dataset.pickForm === bulk.getAttribute('id')).forEach((head) => {
      head.checked = boxes.length > 0 && boxes.every((b) => b.checked);
      head.indeterminate = !head.checked && boxes.some((b) => b.checked);
    });
  };

  let lastPicked = null;
  on('click', '[data-pick]', (box, event) => {
    const boxes = boxesOf(box.form);
    const [a, b] = [boxes.indexOf(lastPicked), boxes.indexOf(box)].sort((x, y) => x - y);
    if (event.shiftKey && a >= 0) boxes.slice(a, b + 1).forEach((el) => { el.checked = box.checked; });
    lastPicked = box;
  });
  on('change', '[data-pick],[data-pick-all],[data-bulk-all]', (el) => {
    const bulk = el.form || document.getElementById(el.dataset.pickForm);
    if (!bulk) return;
    if (el.matches('[data-pick-all]')) boxesOf(bulk).forEach((b) => { b.checked = el.checked; });
    countPicked(bulk);
  });

  /* Sending: ask once, send once -------------------------------------------------- */

  const ask = (button, form) => {
    const dialog = document.getElementById('confirm');
    const text = button.dataset.confirm.replace('{n}', Number(form.dataset.n || 0).toLocaleString('en'));
    const go = () => { button.dataset.agreed = '1'; form.requestSubmit(button); };
    if (!dialog?.showModal) { if (window.confirm(text)) go(); return; }
    const yes = dialog.querySelector('[data-confirm-yes]');
    document.getElementById('confirm-text').textContent = text;
    yes.textContent = button.textContent.trim();
    yes.className = 'btn ' + (button.classList.contains('btn-danger') ? 'btn-danger' : 'btn-primary');
    dialog.returnValue = 'no';
    dialog.addEventListener('close', () => { if (dialog.returnValue === 'yes') go(); }, { once: true });
    dialog.showModal();
  };

  document.addEventListener('submit', (event) => {
    const form = event.target;
    const button = event.submitter;
    if (form.getAttribute('method') === 'dialog') return;
    if (all('input[type=file]', form).some((input) => !checkFiles(input))) return event.preventDefault();
    // For a whole list the server answers with the numbers and asks itself.
    const whole = form.querySelector('[data-bulk-all]:checked');
    if (button?.dataset.confirm && !button.dataset.agreed && !whole) { event.preventDefault(); return ask(button, form); }
    if (button) delete button.dataset.agreed;
    const draft = draftOf(form);
    if (draft.sent) return event.preventDefault();
    draft.sent = true;
    clearTimeout(draft.timer);
    if (form.dataset.autosave && navigator.onLine) forgetLocally(form);
    document.documentElement.classList.add('busy');
    // A form that answers with a file leaves the page standing: free it again.
    setTimeout(() => free(form), 4000);
  });

  const free = (form) => {
    draftOf(form).sent = false;
    document.documentElement.classList.remove('busy');
  };

  // The address of a filtered list is passed on by people: it names only what is asked.
  document.addEventListener('formdata', ({ target, formData }) => {
    if (target.getAttribute('method') === 'post') return;
    Array.from(formData.keys()).forEach((name) => { if (formData.getAll(name).every((v) => v === '')) formData.delete(name); });
  });

  /* Menus, navigation, copying ------------------------------------------------------ */

  document.addEventListener('click', (event) => {
    all('details[data-menu][open]').forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener('toggle', (event) => {
    const panel = event.target.open && event.target.matches('[data-menu]') && event.target.querySelector('.menu-panel');
    if (panel && panel.getBoundingClientRect().right > document.documentElement.clientWidth) panel.classList.add('menu-right');
  }, true);

  on('click', '[data-unfold]', (button) => {
    const open = button.closest('[data-fold]').classList.toggle('open');
    button.setAttribute('aria-expanded', String(open));
  });

  const nav = (open) => {
    document.body.classList.toggle('nav-open', open);
    document.querySelector(open ? '#nav .brand' : '[data-nav-open]')?.focus();
  };
  on('click', '[data-nav-open]', (_, event) => { event.preventDefault(); nav(true); });
  on('click', '[data-nav-close]', (_, event) => { event.preventDefault(); nav(false); });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    all('details[data-menu][open]').forEach((menu) => { menu.open = false; menu.querySelector('summary').focus(); });
    if (document.body.classList.contains('nav-open')) nav(false);
  });

  // Plain http on an intranet has no clipboard interface: the old way serves there.
  const toClipboard = (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = make('textarea', 'visually-hidden', { value: text });
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error('copy'));
  };
  on('click', '[data-print]', () => window.print());
  on('click', '[data-copy]', async (button) => {
    let text = say('Copied');
    try { await toClipboard(button.dataset.copy); } catch (_) { text = say('CopyFailed'); }
    all('.copied', button.parentElement).forEach((el) => el.remove());
    const note = make('span', 'copied', { textContent: text });
    note.setAttribute('role', 'status');
    button.after(note);
    setTimeout(() => note.remove(), 2500);
  });

  /* Lookups: htmx asks, with the typed text as q ---------------------------------------- */

  document.addEventListener('htmx:configRequest', (event) => {
    if (event.detail.elt.matches('[data-lookup]')) event.detail.parameters = { q: event.detail.elt.value };
  });

  /* Beginning ------------------------------------------------------------------------------ */

  const refresh = (form) => {
    applyConditions(form);
    applyDuties(form);
    all('[data-money]', form).forEach(showYuan);
    all('textarea[data-max]', form).forEach(countChars);
    countFilled(form);
  };
  document.addEventListener('input', (event) => {
    const el = event.target;
    if (!el.form || el.matches('[data-pick],[type=search]')) return;
    if (el.matches('[data-money]')) showYuan(el);
    if (el.matches('textarea[data-max]')) countChars(el);
    applyConditions(el.form);
    applyDuties(el.form);
    countFilled(el.form);
    if (el.form.matches('[data-autosave],[data-guard]')) touch(el.form);
  });

  document.documentElement.classList.add('js');
  all('[data-date]').forEach(addCalendar);
  all('form').forEach(refresh);
  all('form[data-autosave]').forEach(offerRestore);
  all('form[data-bulk]').forEach(countPicked);
  watchSections();
  document.querySelector('[data-focus]')?.focus();
  window.addEventListener('pageshow', () => all('form').forEach(free));
})();
