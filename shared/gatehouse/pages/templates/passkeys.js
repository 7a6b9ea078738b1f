// Forms with data-passkey ask the browser for a passkey when they are submitted, and post what it
// answers in their hidden field. Nothing is fetched, and nothing leaves the page but by a form.
(() => {
  if (!window.PublicKeyCredential) return;

  const fromText = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const toText = (octets) =>
    btoa(Array.from(new Uint8Array(octets), (octet) => String.fromCharCode(octet)).join(""))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const descriptors = (list) => list.map((each) => ({ ...each, id: fromText(each.id) }));

  function options(form) {
    const asked = JSON.parse(form.dataset.options);
    asked.challenge = fromText(asked.challenge);
    if (asked.user) asked.user.id = fromText(asked.user.id);
    if (asked.excludeCredentials) asked.excludeCredentials = descriptors(asked.excludeCredentials);
    if (asked.allowCredentials) asked.allowCredentials = descriptors(asked.allowCredentials);
    return asked;
  }

  function written({ rawId, type, response }) {
    const told = { clientDataJSON: toText(response.clientDataJSON) };
    if (response.attestationObject) {
      told.attestationObject = toText(response.attestationObject);
      told.transports = response.getTransports ? response.getTransports() : [];
    } else {
      told.authenticatorData = toText(response.authenticatorData);
      told.signature = toText(response.signature);
      if (response.userHandle) told.userHandle = toText(response.userHandle);
    }
    return JSON.stringify({ id: toText(rawId), rawId: toText(rawId), type, response: told });
  }

  // What is offered beside the email field, until somebody presses a button instead
  const offer = new AbortController();
  const asking = (form, more) => ({ publicKey: options(form), ...more });

  async function offerBesideTheField(form) {
    const { isConditionalMediationAvailable: known } = PublicKeyCredential;
    if (!known || !(await known.call(PublicKeyCredential))) return;
    const more = { mediation: "conditional", signal: offer.signal };
    try {
      post(form, await navigator.credentials.get(asking(form, more)));
    } catch {
      // nobody chose one
    }
  }

  function post(form, credential) {
    form.elements.passkey.value = written(credential);
    form.requestSubmit(form.querySelector("button"));
  }

  async function ask(form) {
    const problem = form.querySelector("[role=alert]");
    problem.hidden = true;
    offer.abort();
    try {
      const asks = form.dataset.passkey === "create" ? "create" : "get";
      post(form, await navigator.credentials[asks](asking(form)));
    } catch {
      problem.hidden = false;
    }
  }

  for (const notice of document.querySelectorAll("[data-passkey-less]")) notice.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      if (form.elements.passkey.value) return;
      event.preventDefault();
      ask(form);
    });
    // a page that comes back has what was posted in it
    addEventListener("pageshow", () => { form.elements.passkey.value = ""; });
    if (form.dataset.passkey === "offer") offerBesideTheField(form);
  }
})();
