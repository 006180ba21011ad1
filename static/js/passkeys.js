// Forms that ask the browser for a passkey: data-passkey="create", "get" (what is asked for stands in the form) or "login"
// (it is fetched when pressed). They stay hidden where there are no passkeys.
const offered = window.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials;

async function ask(form) {
  if (form.dataset.passkey === "login") {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status === 429 ? "That was too often. Wait a minute, then try again." : "");
    const options = (await answer.json()).request_options.publicKey;
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  }
  const options = JSON.parse(form.querySelector("script[type='application/json']").textContent).publicKey;
  return form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

function say(form, error) {
  const known = {
    InvalidStateError: "This device has a passkey for your account already.",
    NotAllowedError: "No passkey was given. Press the button to try again.",
  };
  const alert = form.querySelector("[role=alert]");
  alert.textContent = known[error.name] || (error.name === "Error" && error.message) || "That did not work. Try again.";
  alert.hidden = false;
}

if (offered) {
  for (const note of document.querySelectorAll("[data-without-passkeys]")) note.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      button.disabled = true;
      form.querySelector("[role=alert]").hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(await ask(form));
        form.submit();
      } catch (error) {
        say(form, error);
        button.disabled = false;
      }
    });
  }
}
