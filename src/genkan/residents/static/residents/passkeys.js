// Passkeys: asks the browser and puts its answer into the form, which posts as any form does.
// A form says by data-passkey whether a passkey is made ("create") or asked for ("get"), and carries
// the question in data-options, or in data-options-url where to fetch it.
(() => {
  "use strict";

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    buffer &&
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const named = (known) => (known || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const create = async (question) => {
    const made = await navigator.credentials.create({
      publicKey: {
        ...question,
        challenge: bytes(question.challenge),
        user: { ...question.user, id: bytes(question.user.id) },
        excludeCredentials: named(question.excludeCredentials),
      },
    });
    return answer(made, {
      attestationObject: text(made.response.attestationObject),
      transports: made.response.getTransports ? made.response.getTransports() : [],
    });
  };

  const get = async (question) => {
    const asked = await navigator.credentials.get({
      publicKey: {
        ...question,
        challenge: bytes(question.challenge),
        allowCredentials: named(question.allowCredentials),
      },
    });
    return answer(asked, {
      authenticatorData: text(asked.response.authenticatorData),
      signature: text(asked.response.signature),
      userHandle: text(asked.response.userHandle),
    });
  };

  const answer = (credential, more) => ({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...more },
  });

  const question = async (form) => {
    if (form.dataset.options) {
      return JSON.parse(form.dataset.options);
    }
    const found = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
    return (await found.json()).request_options;
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const field = form.querySelector('input[name="credential"]');
    const problem = form.querySelector("[data-passkey-problem]");
    const deed = form.dataset.passkey === "create" ? create : get;
    form.hidden = !window.PublicKeyCredential;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.hidden = true;
      try {
        field.value = JSON.stringify(await deed((await question(form)).publicKey));
      } catch {
        problem.hidden = false;
        return;
      }
      form.submit();
    });
  }
  for (const offer of document.querySelectorAll("[data-passkey-offer]")) {
    offer.hidden = !window.PublicKeyCredential;
  }
  for (const words of document.querySelectorAll("[data-passkey-missing]")) {
    words.hidden = Boolean(window.PublicKeyCredential);
  }
})();
