#!/usr/bin/env python3
"""Writes a portal's worth of French pages: what the builds are measured on.

    tests/bench/corpus.py --pages N --out DIR

DIR, which must not hold anything yet, gets the home page, four sections (70, 10, 15 and 5 % of the
pages) with their `_index.md`, and N pages of some 650 words and 4.8 kB: front matter in YAML, six
headings, two lists, a table, a quote, a footnote, three relative links, and the letters, quotes and
no-break spaces of French.

The same N gives the same bytes on every machine and with every Python: the dice are our own. A page
has the same words in every corpus; only its links, which must lead somewhere, depend on N.
"""
import argparse
import os
import re
import sys
import unicodedata
import zlib

NBSP, NARROW = "\u00a0", "\u202f"

# Folder, title, what its page says, and how many pages of twenty it holds.
SECTIONS = (
    ("reperes", "Repères du quotidien", "Ce qui aide une équipe à tenir, expliqué en quelques minutes.", 14),
    ("accords", "Accords d’équipe", "Ce que chaque service a décidé, et comment il s’y tient.", 2),
    ("recits", "Récits de terrain", "Ce que d’autres ont essayé, ce qui a marché et ce qui a raté.", 3),
    ("chantiers", "Chantiers en cours", "Ce qui se prépare, avec qui et pour quand.", 1),
)

TAGS = (
    "accueil", "affichage", "astreintes", "ateliers", "bienveillance", "blouses", "bruit", "bureaux",
    "cadres", "café", "collation", "concertation", "congés", "convivialité", "covoiturage", "débriefing",
    "déménagement", "écoute", "entraide", "étudiants", "fatigue", "formation", "humour", "intérim",
    "jardin", "lecture", "logiciels", "marche", "matériel", "médiation", "musique", "nuit",
    "parrainage", "planning", "relève", "remerciements", "repos", "réunions", "stagiaires", "vestiaires",
)

# A title takes one of each, so that no two pages of a corpus share one before 134,400.
ACTIONS = (
    "Installer", "Rouvrir", "Alléger", "Défendre", "Raconter", "Réussir", "Relancer", "Simplifier", "Essayer",
    "Repenser", "Fêter", "Annoncer", "Mesurer", "Ouvrir", "Soigner", "Décider", "Faire durer", "Partager",
    "Réparer", "Inventer",
)
THINGS = (
    "la relève du soir", "le coin café", "l’accueil des stagiaires", "la boîte à idées", "le tour de table",
    "l’échange de gardes", "la salle de repos", "le tableau des mercis", "l’atelier d’étirements",
    "la pause de dix minutes", "le cahier de nuit", "l’arrivée d’un collègue", "le départ à la retraite",
    "la réunion debout", "l’heure des questions", "le parrainage", "la marche du midi", "le repas partagé",
    "l’affiche du mois", "le retour d’arrêt", "la veillée de Noël", "le potager du patio", "la chorale",
    "l’entretien annuel", "le journal du couloir", "la bourse aux livres", "le vestiaire commun", "l’appel du matin",
)
WITH = (
    "seul", "à deux", "en équipe", "avec la nuit", "avec le cadre", "avec les étudiants", "avec les brancardiers",
    "avec le bloc", "avec la pharmacie", "avec les agents d’entretien", "avec l’accueil", "avec les secrétaires",
    "avec l’étage du dessus", "avec la crèche", "avec les bénévoles", "avec la direction", "avec l’internat",
    "avec les remplaçants", "avec la cuisine", "avec tout le pôle",
)
MOMENTS = (
    "en janvier", "au printemps", "avant l’été", "à la rentrée", "en décembre", "un jour de pluie",
    "malgré les travaux", "sans budget", "en sous-effectif", "après une crise", "pour la première fois",
    "chaque semaine",
)
PEOPLE = (
    "l’équipe de jour", "l’équipe de nuit", "une aide-soignante", "un infirmier", "la cadre du service",
    "le référent bienveillant", "une collègue d’à côté", "l’agente d’accueil", "un brancardier", "la psychologue",
    "le médecin du travail", "une élève de troisième année", "la secrétaire", "un bénévole", "le groupe moteur",
)
DEEDS = (
    "pose la question", "note ce qui change", "apporte le thé", "range le chariot", "propose une date",
    "prévient les absents", "relit le compte rendu", "prend le relais", "écoute sans interrompre",
    "remercie à voix haute", "affiche le résultat", "demande de l’aide", "reporte la réunion", "garde la clé",
    "raconte sa journée", "défend le temps de pause",
)
REASONS = (
    "parce que la fatigue s’entend", "pour que personne ne l’apprenne par hasard", "car un oubli coûte cher",
    "sans attendre la prochaine réunion", "même quand le service déborde", "tant que chacun y trouve son compte",
    "puisque l’idée vient de l’équipe", "afin de tenir jusqu’à l’été", "dès qu’une place se libère",
    "à condition que ce soit choisi", "quitte à recommencer", "pour que cela dure",
)
HEADINGS = (
    "D’où vient l’idée", "Ce qu’il faut prévoir", "Le jour venu", "Et après", "Ce qui a coincé", "À qui en parler",
    f"Combien de temps{NBSP}?", "Les mots qui aident", "Ce que dit le règlement", "Pour les équipes de nuit",
    "Quand tout déborde", "Ce que cela change", f"Faut-il un budget{NBSP}?", "Le rôle du cadre",
)


class Dice:
    """Numbers that look like chance and are the same everywhere."""

    def __init__(self, seed):
        self.state = zlib.crc32(seed.encode()) << 16 | 0x2F6E

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self.state >> 33) % limit

    def one(self, choices):
        return choices[self.below(len(choices))]

    def several(self, choices, count):
        """Different ones, in the order drawn."""
        left = list(choices)
        return [left.pop(self.below(len(left))) for _ in range(count)]


def section_of(number):
    """The folder of that page."""
    place = number % 20
    for folder, _, _, share in SECTIONS:
        if place < share:
            return folder
        place -= share
    raise AssertionError("the shares of the sections add up to twenty")


def title_of(number):
    """One title a page: the number is read as four digits, after a step that shuffles neighbours."""
    rounds, rest = divmod(number, len(ACTIONS) * len(THINGS) * len(WITH) * len(MOMENTS))
    # 48,611 is prime and divides none of the lists: every title comes up once before any comes back.
    rest = rest * 48611 % (len(ACTIONS) * len(THINGS) * len(WITH) * len(MOMENTS))
    words = []
    for choices in (ACTIONS, THINGS, WITH, MOMENTS):
        rest, place = divmod(rest, len(choices))
        words.append(choices[place])
    return " ".join(words) + (f", épisode {rounds + 1}" if rounds else "")


def file_of(number):
    """The page's file from the content folder."""
    plain = unicodedata.normalize("NFKD", title_of(number).lower().replace("’", " "))
    words = re.sub(r"[^a-z0-9]+", "-", "".join(c for c in plain if not unicodedata.combining(c)))
    return f"{section_of(number)}/{words.strip('-')}-{number}.md"


def capital(text):
    return text[0].upper() + text[1:]


def sentence(dice):
    who, other = dice.several(PEOPLE, 2)
    does, also = dice.several(DEEDS, 2)
    why = dice.one(REASONS)
    return (
        lambda: f"{capital(who)} {does}, {why}.",
        lambda: f"Quand {who} {does}, {other} {also}{NARROW}: c’est ainsi que l’habitude se prend.",
        lambda: f"«{NBSP}{capital(why)}{NBSP}», répond {who} à qui s’en étonne.",
        lambda: f"Une fois sur {dice.below(7) + 3}, **{who} {does}**, et le reste suit.",
        lambda: f"Qui {does}{NARROW}? Souvent {who}, parfois {other}, {why}.",
        lambda: f"Vers {dice.below(12) + 8}{NBSP}h, {who} {also}, et *tout le couloir* respire, {why}.",
        lambda: f"Ce n'est pas un devoir{NARROW}; {who} {does} et {other} {also}, {why}.",
        lambda: f"Le mois dernier, {dice.below(80) + 12}{NBSP}% des volontaires ont raconté comment {who} {does}.",
    )[dice.below(8)]()


def paragraph(dice, words):
    text = ""
    while text.count(" ") < words:
        text += (" " if text else "") + sentence(dice)
    return text


def link(dice, number, pages):
    """A link to another page of the corpus, as an editor writes it."""
    target = (number + 1 + dice.below(max(pages - 1, 1))) % pages
    file, title = file_of(target), title_of(target)
    folder, name = file.split("/")
    return f"[{title}]({name if folder == section_of(number) else f'../{folder}/{name}'})"


def body(dice, links):
    h = dice.several(HEADINGS, 6)
    bullets = "\n".join(f"- {capital(who)} {dice.one(DEEDS)}{NBSP};" for who in dice.several(PEOPLE, 5))
    steps = "\n".join(f"{n}. {dice.one(ACTIONS)} {dice.one(THINGS)}." for n in range(1, 6))
    rows = "\n".join(
        f"| {capital(thing)} | {capital(dice.one(PEOPLE))} | {dice.below(50) + 5}{NBSP}min |"
        for thing in dice.several(THINGS, 4)
    )
    return f"""{paragraph(dice, 55)}

## {h[0]}

{paragraph(dice, 55)} L’histoire commence ici{NARROW}: {links[0]}.

{bullets}

### {h[1]}

{paragraph(dice, 50)} Le détail compte[^detail].

## {h[2]}

{paragraph(dice, 50)}

| Quoi | Par qui | Durée |
| :--- | :------ | ----: |
{rows}

## {h[3]}

> {paragraph(dice, 24)}

{paragraph(dice, 50)} À lire aussi{NARROW}: {links[1]}.

### {h[4]}

{steps}

{paragraph(dice, 50)}

## {h[5]}

{paragraph(dice, 55)} Pour aller plus loin, {links[2]}.

[^detail]: {paragraph(dice, 14)}
"""


def page(number, pages):
    """The text of a page."""
    dice = Dice(f"page {number}")
    description = sentence(dice).replace("*", "")
    date = f"{2018 + dice.below(7)}-{dice.below(12) + 1:02}-{dice.below(28) + 1:02}"
    tags = ", ".join(dice.several(TAGS, 3))
    # The targets are drawn apart, so that the words of the page do not depend on the size of the corpus.
    links = [link(Dice(f"link {number} {place}"), number, pages) for place in range(3)]
    return f"""---
title: "{title_of(number)}"
description: "{description}"
date: {date}
tags: [{tags}]
weight: {number + 1}
---

{body(dice, links)}"""


def index(title, description, weight):
    return f'---\ntitle: "{title}"\ndescription: "{description}"\nweight: {weight}\n---\n\n{description}\n'


def write(folder, pages):
    """Writes the corpus into a folder that does not exist yet, and says how many bytes it has."""
    size_bytes = 0

    def put(file, text):
        nonlocal size_bytes
        data = text.encode()
        size_bytes += len(data)
        with open(os.path.join(folder, file), "wb") as out:
            out.write(data)

    os.makedirs(folder)
    put("_index.md", index("Le portail d’essai", "Des pages en nombre, pour mesurer ce que coûte un site.", 1))
    for weight, (name, title, description, _) in enumerate(SECTIONS, 1):
        os.mkdir(os.path.join(folder, name))
        put(f"{name}/_index.md", index(title, description, weight))
    for number in range(pages):
        put(file_of(number), page(number, pages))
    return size_bytes


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, required=True)
    options.add_argument("--out", required=True)
    asked = options.parse_args()
    if asked.pages < 1:
        options.error("a corpus has at least one page")
    if os.path.exists(asked.out):
        sys.exit(f"corpus: {asked.out} is there already")
    print(f"{asked.pages} pages, {write(asked.out, asked.pages)} bytes")


if __name__ == "__main__":
    main()
