"""Ui: the page shell, the components, who may call a view, and refusals as pages. Knows no feature.

Words
    shell     what stands around every page: language switch, header, navigation, footer
    caller    who may call a view, handed to it by a decorator (`callers`)
    refusal   an expected "no", told as the page `<app>/refusals/<state>.html` or as JSON

Always true
    - Every page works without a script, at 320 px, and in ja, ja-easy and en.
    - A browser is sent only to paths of this site, or to an address its feature has checked.
    - A page of a signed-in person is not stored by any cache.
    - A refusal tells what to do next and shows nothing personal.

How to write a page
    {% extends "ui/page.html" %}

    {% load i18n ui %}

    {% block title %}{% translate "What you share" %}{% endblock %}

    {% block heading %}{% translate "What you share" %}{% endblock %}

    {% block content %}
      {% form_errors form %}
      <form class="form" method="post" novalidate>
        {% csrf_token %}
        {% field form.name %}
        {% field form.postal_code kind="short" %}
        <div class="buttons">
          <button class="button button--primary">{% translate "Continue" %}</button>
          <a class="button" href="{% url 'consent:list' %}">{% translate "Back" %}</a>
        </div>
      </form>
      {% post_button action label kind="danger" about=service.name service=service.id %}
      <p>{% jst entry.happened_at %}</p>
    {% endblock content %}

    `ui/page.html`  blocks title, head, page_class, breadcrumbs, above_heading, heading, lead,
                    content, scripts; `ui/base.html` has `main` instead of the last five.
                    page_class `site-main--narrow` suits forms and texts.
    view            GET 200; a form with errors again with 422; after a POST `see_other("app:x")`.
                    The title says 「エラー：」 by itself when a form of the context has errors.
    refusals        extend `ui/refusal.html`: blocks title, heading, explain, next.
    links           `navigation.header_links.add("portal.home", Link(label=…, route=…))` in ready().
    htmx            {% block head %}{% htmx %}{% endblock %}, only where it is used; `data-hx-*`.
    dates           {% jst moment %} is `<time>`; {{ moment|jst }} is text, for mails and titles.

Classes (frontend/*.css; after a change there, or a new Tailwind class `tw:…`: `npm run css`)
    space     stack stack--tight stack--small stack--wide cluster cluster--between columns section
              page-head page-head__lead hero hero--entrance hero__lead prose plain-list
              scroll-box quiet visually-hidden
    buttons   button + button--primary --danger --quiet --small --wide; buttons (a row);
              decision (allow and deny side by side, always of equal weight)
    forms     form field-list input-group choices choices--framed
              choice (label: input, choice__text with choice__label, choice__hint) choice--fixed
              input select textarea + input--short input--medium, for fields written by hand
    content   card card--tint card--soft card__title card__meta card__reason card__actions
              card-list card-list--two empty notice + --success --warning --error notice__title
              badge + --info --success --warning --error summary-list (dl) summary-list__row
              summary-list__action data-table (td data-label="column") data-table__number
              payload disclosure (details)
    progress  steps (ol) steps__step steps__step--done steps__label, aria-current="step";
              timeline (ol) timeline__entry + --info --success --warning --error timeline__time
              timeline__title
    places    breadcrumbs (nav > ol) pagination (ul)
    icons     <span class="icon icon--NAME" aria-hidden="true"></span>: arrow bell check clock close
              error info link menu person shield stop warning
"""
