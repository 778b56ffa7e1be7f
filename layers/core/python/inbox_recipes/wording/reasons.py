"""The reasons that entries give, in French: each row is how the code words it in English, and how we do.

In braces: `{at}` a moment, `{n}` a number, `{w}` a single word of ours, `{why}` another reason, `{list}`
several, `{days}` a text about hours, all else as it is. The first row that fits counts: the general are last.
"""

import re
from functools import cache

from inbox_recipes.wording.terms import term, with_days

KINDS = {"at": r"[0-9TZ:.-]+", "n": r"[0-9.]+", "w": r".+?", "why": r".+", "days": r".+"}
ROWS = (
    # tags, status, properties
    ("the tags are already there", "les tags y sont déjà"),
    ("the tags are not there", "les tags n'y sont pas"),
    ("there is no mention", "il n'y a pas de message"),
    ("there is no mention to resolve", "il n'y a pas de message à traiter"),
    ("there is no case", "il n'y a pas de dossier"),
    ("there is no case to wait on", "il n'y a pas de dossier sur lequel attendre"),
    ("the mention is in no case", "le message n'est dans aucun dossier"),
    ("the case is resolved, and a resolved case receives nothing more",
     "le dossier est résolu, et un dossier résolu ne reçoit plus rien"),
    ("the case is resolved, and a resolved case stays so",
     "le dossier est résolu, et un dossier résolu le reste"),
    ("the case is already {w}", "le dossier est déjà {w}"),
    ("it is already resolved", "il est déjà traité"),
    ("it is a message of ours", "c'est un message de notre part"),
    ("there is nothing with a {w} here", "rien ici n'a de {w}"),
    ("the account's cases feature is off", "les dossiers sont désactivés pour ce compte"),
    ("there is no category {x}", "il n'y a pas de catégorie {x}"),
    ("a private conversation without an open case", "une conversation privée sans dossier ouvert"),
    ("the customer wrote again", "le client a de nouveau écrit"),
    # assignment
    ("it is already assigned", "il est déjà attribué"),
    ("it is already assigned so", "il est déjà attribué ainsi"),
    ("it is not known whose message this is", "on ne sait pas de qui est ce message"),
    ("nobody listed can take it: {list}", "aucune des personnes citées ne peut le prendre : {list}"),
    ("nobody who handled this contact within {x} before it came can take it: {list}",
     "aucun de ceux qui ont traité ce contact dans les {x} précédents ne peut le prendre : {list}"),
    ("nobody handled this contact within {x} before it came",
     "personne n'a traité ce contact dans les {x} précédents"),
    ("user {x} is {w}", "utilisateur {x} : {w}"),
    ("team {x} is {w}", "équipe {x} : {w}"),
    # whether a recipe acts
    ("the recipe is in shadow mode: it would have acted",
     "la recette est en mode simulation : elle aurait agi"),
    ("the account is paused: it would have acted", "le compte est en pause : elle aurait agi"),
    ("a condition could not be answered: {x}", "une condition n'a pas pu être évaluée : {x}"),
    ("wanted {why}; it was {why2}", "voulu : {why} ; c'était : {why2}"),
    ("recipes would set each other off: {x}", "des recettes se déclencheraient l'une l'autre : {x}"),
    ("the recipe was deleted", "la recette a été supprimée"),
    ("the recipe was switched to {w}", "la recette a été passée à l'état : {w}"),
    ("the account is paused", "le compte est en pause"),
    ("the budget is used up: {n} actions an hour on one conversation; free again at {at}",
     "le budget est épuisé : {n} actions par heure pour une conversation ; de nouveau libre le {at}"),
    ("the budget is used up: {n} actions an hour by this recipe; free again at {at}",
     "le budget est épuisé : {n} actions par heure pour cette recette ; de nouveau libre le {at}"),
    # surveys and flows
    ("this case got its {x} survey on {at}", "ce dossier a reçu son enquête {x} le {at}"),
    ("there is no csat {x} any more", "il n'y a plus d'enquête CSAT {x}"),
    ("there is no nps {x} any more", "il n'y a plus d'enquête NPS {x}"),
    ("there is no flow {x} any more", "il n'y a plus de scénario {x}"),
    ("there is no message {x} any more", "il n'y a plus de message {x}"),
    ("{x} is only for what is tagged {y}", "{x} est réservé à ce qui porte le tag {y}"),
    ("a flow has the conversation already", "un scénario mène déjà la conversation"),
    ("agents have the conversation", "la conversation est aux mains d'agents"),
    ("an agent has answered meanwhile", "un agent a répondu entre-temps"),
    ("what the step {x} says is no longer there", "le texte de l'étape {x} n'existe plus"),
    ("the flow was changed: what the customer answered is no longer in it",
     "le scénario a été modifié : la réponse du client n'y est plus"),
    ("the customer answered something else, and not for the first time",
     "le client a répondu autre chose, et pas pour la première fois"),
    ("the customer asked for an agent", "le client a demandé un agent"),
    ("the customer chose nothing until {at}", "le client n'a rien choisi jusqu'au {at}"),
    ("the flow has sent {n} messages, which is the most",
     "le scénario a envoyé {n} messages, ce qui est le maximum"),
    ("the flow is at its end", "le scénario est à sa fin"),
    ("not sent: {why}", "non envoyé : {why}"),
    # waits
    ("waiting until {at}", "en attente jusqu'au {at}"),
    ("waiting until {at} now", "désormais en attente jusqu'au {at}"),
    ("a later run of the recipe has begun to wait instead",
     "une exécution plus récente de la recette attend à sa place"),
    ("the schedule {x} is not open for {n} minutes in the next 400 days",
     "l'horaire {x} n'est pas ouvert {n} minutes dans les 400 prochains jours"),
    ("the recipe was changed and no longer waits here", "la recette a été modifiée et n'attend plus ici"),
    ("cancelled", "annulé"),
    ("cancelled by hand", "annulé à la main"),
    ("the recipe was changed", "la recette a été modifiée"),
    ("cancelled when the recipe was changed to version {n}",
     "annulé quand la recette a été modifiée (version {n})"),
    ("cancelled when the recipe was changed", "annulé quand la recette a été modifiée"),
    ("cancelled when the recipe was deleted", "annulé quand la recette a été supprimée"),
    ("its run is over", "son exécution est terminée"),
    ("the conversation is gone", "la conversation n'existe plus"),
    ("the customer replied at {at}", "le client a répondu le {at}"),
    ("the customer replied", "le client a répondu"),
    ("we replied at {at}", "nous avons répondu le {at}"),
    ("the {w} is no longer {w2}: it is {w3}", "statut du {w} : {w3}, et non plus {w2}"),
    ("this comes so late that it is not known who has written meanwhile",
     "il est trop tard pour savoir qui a écrit entre-temps"),
    ("the mention belongs to another conversation now",
     "le message appartient désormais à une autre conversation"),
    ("the last message is the customer's, from {at}", "le dernier message est celui du client, du {at}"),
    ("{why} passed without a message of the customer", "{why} sans message du client"),
    ("{n} minutes passed", "{n} minutes se sont écoulées"),
    ("{n} minute passed", "{n} minute s'est écoulée"),
    ("{n} minutes of the open hours of {x} passed", "{n} minutes d'ouverture de {x} se sont écoulées"),
    ("{n} minute of the open hours of {x} passed", "{n} minute d'ouverture de {x} s'est écoulée"),
    ("{n} minutes of the open hours of {x}", "{n} minutes d'ouverture de {x}"),
    ("{n} minute of the open hours of {x}", "{n} minute d'ouverture de {x}"),
    ("{n} minutes", "{n} minutes"),
    ("{n} minute", "{n} minute"),
    ("{w} no longer holds: {why}", "{w} n'est plus satisfait : {why}"),
    ("it waits for {x}, and what happened was {y}", "elle attend « {x} », et il s'est passé « {y} »"),
    ("it is for topic {x}, and this is of topic {y}", "elle concerne le sujet {x}, et ceci est du sujet {y}"),
    ("it acts {why}, and it was {why2}", "elle agit {why}, et c'était {why2}"),
    ("its filter does not hold", "son filtre n'est pas satisfait"),
    ("its filter asks for {x}, and there was {w}", "son filtre demande {x}, et il y avait : {w}"),
    ("its filter asks that {x} does not hold, and it does",
     "son filtre demande que {x} soit faux, et c'est vrai"),
    ("a condition of its filter could not be answered ({x})",
     "une condition de son filtre n'a pas pu être évaluée ({x})"),
    ("it was switched on at {at}, after this happened at {at2}",
     "elle a été activée le {at}, après cela ({at2})"),
    ("it is disabled", "elle est désactivée"),
    # webhooks
    ("{why}; given up after {n} attempts", "{why} ; abandonné après {n} tentatives"),
    ("the receiver answered 410: it wants no more of these",
     "le destinataire a répondu 410 : il n'en veut plus"),
    ("the receiver answered {n}", "le destinataire a répondu {n}"),
    ("no answer: it took longer than {n} s", "pas de réponse : plus de {n} s"),
    ("no answer in time", "pas de réponse à temps"),
    ("no answer: the name of the host could not be looked up",
     "pas de réponse : le nom de l'hôte est introuvable"),
    ("no answer: {x}", "pas de réponse : {x}"),
    ("the address is not allowed: {x}", "l'adresse n'est pas autorisée : {x}"),
    ("the address is not allowed", "l'adresse n'est pas autorisée"),
    ("the address is not a web address", "l'adresse n'est pas une adresse web"),
    ("the receiver was switched off on {at}: {why}", "le destinataire a été désactivé le {at} : {why}"),
    ("{n} failures and no success in {n2} days; the last: {why}",
     "{n} échecs et aucun succès en {n2} jours ; le dernier : {why}"),
    ("by {x}", "par {x}"),
    ("the receiver has failed {n} times in a row; nothing is sent to it for a while",
     "le destinataire a échoué {n} fois de suite ; rien ne lui est envoyé pour le moment"),
    ("another delivery is trying whether the receiver works again",
     "un autre envoi vérifie si le destinataire fonctionne de nouveau"),
    ("not delivered after {n} attempts: {why}", "non remis après {n} tentatives : {why}"),
    ("the URL would have {n} characters, and {n2} are the most",
     "l'URL aurait {n} caractères, et {n2} est le maximum"),
    ("the body would have {n} bytes, and {n2} are the most",
     "le corps aurait {n} octets, et {n2} est le maximum"),
    ("the credentials are no longer there: write them into the recipe again",
     "les identifiants n'existent plus : saisissez-les de nouveau dans la recette"),
    # notifications
    ("counted: a notification goes out {why}", "compté : une notification part {why}"),
    ("at once", "immédiatement"),
    ("for every {n}", "tous les {n}"),
    ("at most every {n} minutes", "au plus toutes les {n} minutes"),
    ("for every {n}, at most every {n2} minutes", "tous les {n}, au plus toutes les {n2} minutes"),
    ("there is no {w} to tell of", "il n'y a pas de {w} à signaler"),
    ("e-mail to {n} recipients", "e-mail à {n} destinataires"),
    ("push to {n} recipients", "notification mobile à {n} destinataires"),
    ("no e-mail to {n} recipients: {why}", "pas d'e-mail à {n} destinataires : {why}"),
    ("no push to {n} recipients: {why}", "pas de notification mobile à {n} destinataires : {why}"),
    ("e-mail to {x}", "e-mail à {x}"),
    ("push to {x}", "notification mobile à {x}"),
    ("perhaps e-mail to {x}: {why}", "peut-être un e-mail à {x} : {why}"),
    ("perhaps push to {x}: {why}", "peut-être une notification mobile à {x} : {why}"),
    ("no e-mail to {x}: {why}", "pas d'e-mail à {x} : {why}"),
    ("no push to {x}: {why}", "pas de notification mobile à {x} : {why}"),
    ("nobody is left to be told", "il ne reste personne à prévenir"),
    ("the user is disabled", "l'utilisateur est désactivé"),
    ("no e-mail address", "pas d'adresse e-mail"),
    ("no device is registered", "aucun appareil enregistré"),
    ("no sender address is set up (NotificationSender)", "aucune adresse d'expéditeur (NotificationSender)"),
    ("a notification goes to {n} at most", "une notification va à {n} personnes au plus"),
    ("the sending was interrupted", "l'envoi a été interrompu"),
    ("the recipe no longer notifies here", "la recette ne notifie plus ici"),
    ("the device takes no more notifications; register it again",
     "l'appareil n'accepte plus de notifications ; enregistrez-le de nouveau"),
    ("no answer of the platform: {x}", "pas de réponse de la plateforme : {x}"),
    ("no answer of {x}: {y}", "pas de réponse de {x} : {y}"),
    # answers
    ("written; it is sent when somebody approves it", "rédigée ; elle part quand quelqu'un l'approuve"),
    ("saved as a draft for agents", "gardée comme brouillon pour les agents"),
    ("an agent has answered meanwhile: saved as a draft",
     "un agent a répondu entre-temps : gardée comme brouillon"),
    ("there is no message to answer", "il n'y a pas de message auquel répondre"),
    ("the customer has written nothing that could be answered",
     "le client n'a rien écrit à quoi l'on puisse répondre"),
    ("the case holds no public message of {x}", "le dossier ne contient aucun message public de {x}"),
    ("the message came by {x}, and this answers on {y} only",
     "le message est venu par {x}, et cette réponse ne part que sur {y}"),
    ("no profile of {x} is connected that it came to", "aucun profil {x} connecté ne l'a reçu"),
    ("{x} has no private messages", "{x} n'a pas de messages privés"),
    ("nothing is left of the text: its variables have no values here",
     "il ne reste rien du texte : ses variables n'ont pas de valeur ici"),
    ("it is a message of ours, which no recipe answers",
     "c'est un message de notre part : aucune recette n'y répond"),
    ("a machine wrote it (RFC 3834), and machines are not answered",
     "une machine l'a écrit (RFC 3834), et l'on ne répond pas aux machines"),
    ("no connected profile of {x} has received it", "aucun profil connecté de {x} ne l'a reçu"),
    ("nobody reads mail to this address (no-reply or bounce)",
     "personne ne lit le courrier à cette adresse (no-reply ou retour)"),
    ("this recipe has written to this conversation before: at most once in {n} hours",
     "cette recette a déjà écrit dans cette conversation : au plus une fois en {n} heures"),
    ("{n} automatic replies to this conversation within an hour are the most",
     "au plus {n} réponses automatiques par heure dans cette conversation"),
    ("{n} automatic replies to this contact within a day are the most",
     "au plus {n} réponses automatiques par jour à ce contact"),
    ("the platform took it and did not say as what",
     "la plateforme l'a prise sans dire sous quel identifiant"),
    ("There is no {w} with the id {x}.", "{w} introuvable : {x}"),
    ("{why}; the next attempt is at {at}", "{why} ; prochaine tentative le {at}"),
    ("{why}; the platform was asked {n} times: {why2}",
     "{why} ; la plateforme a été interrogée {n} fois : {why2}"),
    ("it does not show there", "il n'y apparaît pas"),
    ("somebody has seen that it was not sent", "quelqu'un a constaté qu'il n'a pas été envoyé"),
    # moderation
    ("this is a message of ours", "c'est un message de notre part"),
    ("the mention is no longer in the inbox", "le message n'est plus dans la boîte"),
    ("asked for by hand", "demandé à la main"),
    ("hidden on the service", "masqué sur le service"),
    ("the author is blocked on the service", "l'auteur est bloqué sur le service"),
    ("it was gone from the service already", "il n'était déjà plus sur le service"),
    ("tried again", "nouvel essai"),
    ("{why}; given up after {n} tries", "{why} ; abandonné après {n} essais"),
    ("the contact was erased", "le contact a été effacé"),
    # platforms
    ("the profile {x} is disabled", "le profil {x} est désactivé"),
    ("the token of the profile {x} has expired: connect it again",
     "le jeton du profil {x} a expiré : reconnectez-le"),
    ("the name of the platform could not be looked up", "le nom de la plateforme est introuvable"),
    ("the platform was not reached: {x}", "la plateforme n'a pas été jointe : {x}"),
    ("the profile {x} has no {y}", "le profil {x} n'a pas de {y}"),
    ("{x} is not an id of X", "{x} n'est pas un identifiant de X"),
    ("Facebook hides comments only", "Facebook ne masque que des commentaires"),
    ("Facebook deletes no messages of others", "Facebook ne supprime pas les messages des autres"),
    ("Facebook deletes no private messages of others",
     "Facebook ne supprime pas les messages privés des autres"),
    ("Facebook does not tell who wrote it", "Facebook ne dit pas qui l'a écrit"),
    ("X hides replies only", "X ne masque que des réponses"),
    # acts of moderation
    ("shown on the service again", "de nouveau visible sur le service"),
    ("deleted on the service", "supprimé du service"),
    ("{why}; deleted at {at} unless somebody objects", "{why} ; supprimé le {at}, sauf objection"),
    ("{why}: the objection came when the call was under way",
     "{why} : l'objection est arrivée pendant l'appel"),
    ("{why}, which cannot be undone; objected to", "{why}, sans retour possible ; une objection a été faite"),
    ("{why}; what came of the call that was begun is not known",
     "{why} ; on ne sait pas ce qu'a donné l'appel commencé"),
    ("objected to", "une objection a été faite"),
    ("objected to before it was done", "une objection a été faite avant"),
    ("approved", "approuvé"),
    ("dismissed", "écarté"),
    ("held for a person to decide: the recipe's ceiling of {n} in an hour is reached",
     "retenu, quelqu'un doit décider : la limite de la recette, {n} par heure, est atteinte"),
    ("{x} has no way to hide a message", "{x} ne permet pas de masquer un message"),
    ("{x} has no way to delete a message", "{x} ne permet pas de supprimer un message"),
    ("{x} has no way to block its author", "{x} ne permet pas de bloquer son auteur"),
    ("{x} has no way to hide a message before it is deleted",
     "{x} ne permet pas de masquer un message avant sa suppression"),
    ("{x} has no way to {w}", "{x} ne permet pas : {w}"),
    ("it was shown on the service again meanwhile", "il a entre-temps été remis sur le service"),
    ("its author was erased", "son auteur a été effacé"),
    ("{why}; no calls until {at}", "{why} ; pas d'appel avant le {at}"),
    ("{x} cannot {y}", "{x} ne permet pas : {y}"),
    ("{x} answered {y}", "{x} a répondu {y}"),
    # hours, and what is general
    ("during: {days}", "pendant les heures : {days}"),
    ("outside: {days}", "hors des heures : {days}"),
    ("during {x}", "pendant {x}"),
    ("outside {x}", "hors de {x}"),
    ("{w} is already {w2}", "{w} : déjà {w2}"),
)  # fmt: skip

_PLACE = re.compile(r"\{(\w+)\}")
_SEVERAL = re.compile(r"; (?=(?:e-mail|push|perhaps e-mail|perhaps push|no e-mail|no push) to )")


def in_french(reason: str) -> str | None:
    """A reason in French; nothing where no row fits."""
    several = _SEVERAL.split(reason)
    if len(several) > 1:
        words = [in_french(each) for each in several]
        return None if None in words else " ; ".join(map(str, words))
    for pattern, french in _patterns():
        found = pattern.fullmatch(reason)
        if found:
            parts = {name: _part(name, text) for name, text in found.groupdict().items()}
            return french.format(**parts)
    return None


def _part(name: str, text: str) -> str:
    match name.rstrip("0123456789"):
        case "why":
            return in_french(text) or text
        case "w":
            return term(text)
        case "days":
            return with_days(text)
        case "list":
            return ", ".join(in_french(each) or each for each in text.split(", "))
        case _:
            return text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_pattern(english), re.DOTALL), french) for english, french in ROWS)


def _pattern(english: str) -> str:
    parts = _PLACE.split(english)
    return "".join(
        re.escape(part) if index % 2 == 0 else f"(?P<{part}>{KINDS.get(part.rstrip('0123456789'), '.*?')})"
        for index, part in enumerate(parts)
    )
