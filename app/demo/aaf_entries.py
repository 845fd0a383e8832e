"""One entry of an AAF file for each kind of structure and person, in both degrees (``formats/aaf``). Plain.

Names hold no character that XML would have to escape; all attributes are written even when empty, as in real files.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.demo.people import CONTACTS_LEGAL, Adult, Family, Pupil, StaffMember
from app.demo.schools import DISCIPLINES, TRAININGS, SchoolPlan, Training

_TYPES = {"primary": "ECOLE ELEMENTAIRE", "college": "COLLEGE", "lycee": "LYCEE GENERAL ET TECHNOLOGIQUE"}
_SHORT = {"primary": "ECOLE", "college": "COLLEGE", "lycee": "LYCEE"}


def _attr(name: str, values: Iterable[str]) -> str:
    return f'<attr name="{name}">{_values(values)}</attr>\n'


def _values(values: Iterable[str]) -> str:
    return "".join(f"<value>{value}</value>" for value in values) or "<value/>"


def _entry(kind: str, category: str, key: object, attributes: str) -> str:
    return (
        f'<addRequest>\n<operationalAttributes><attr name="{kind}"><value>{category}</value></attr></operationalAttributes>\n'
        f"<identifier><id>{key}</id></identifier>\n<attributes>\n{attributes}</attributes>\n</addRequest>\n\n"
    )


def modified(category: str, key: object, changes: Iterable[tuple[str, Iterable[str]]]) -> str:
    """A delta's change of somebody: each named attribute with all its values, or none (DTD: 'replace' only)."""
    inside = "".join(
        f'<modification name="{name}" operation="replace">{_values(values)}</modification>\n'
        for name, values in changes
    )
    return (
        f'<modifyRequest>\n<operationalAttributes><attr name="categoriePersonne"><value>{category}</value></attr></operationalAttributes>\n'
        f"<identifier><id>{key}</id></identifier>\n<modifications>\n{inside}</modifications>\n</modifyRequest>\n\n"
    )


def deleted(category: str, key: object) -> str:
    """A delta's removal of somebody."""
    return (
        f'<deleteRequest>\n<operationalAttributes><attr name="categoriePersonne"><value>{category}</value></attr></operationalAttributes>\n'
        f"<identifier><id>{key}</id></identifier>\n</deleteRequest>\n\n"
    )


def _ones(**values: object) -> str:
    """Attributes of one value each; an empty one as real files write it."""
    return "".join(f'<attr name="{name}"><value>{value}</value></attr>\n' for name, value in values.items())


def structure_2d(plan: SchoolPlan) -> str:
    name = plan.name.split(" ", 1)[1]
    attributes = _ones(
        ENTStructureJointure=plan.key,
        ENTStructureUAI=plan.uai,
        ENTEtablissementUAI=plan.uai,
        ENTStructureSIREN="",
        ENTStructureNomCourant=f"{_SHORT[plan.kind]}${name}$ac",
        ENTStructureTypeStruct=_TYPES[plan.kind],
        ENTEtablissementMinistereTutelle="MINISTERE DE L&apos;EDUCATION NATIONALE",
        ENTEtablissementContrat="PU",
        postOfficeBox="",
        street=plan.street,
        postalCode=plan.postal_code,
        l=plan.town,
        telephoneNumber=plan.phone,
        facsimileTelephoneNumber="",
        ENTStructureMailSI=plan.email,
        ENTEtablissementBassin="99001$BASSIN DE VALMONT",
        ENTServAcAcademie="VALMONT",
    )
    classes = (f"{room.code}${room.label}$" + "$".join(t.code for t in room.trainings) for room in plan.classes)
    groups = (f"{code}${label}$" + "$".join(codes) for code, label, codes in plan.groups)
    attributes += _attr("ENTStructureClasses", classes) + _attr("ENTStructureGroupes", groups)
    return _entry("categorieStructure", "EtabEducNat", plan.key, attributes)


def structure_1d(plan: SchoolPlan) -> str:
    attributes = _ones(
        ENTStructureJointure=plan.key,
        ENTStructureUAI=plan.uai,
        ENTStructureNomCourant=f"{_SHORT[plan.kind]}${plan.name.split(' ', 1)[1]}$ac",
        ENTStructureTypeStruct=_TYPES[plan.kind],
        ENTEcoleMinistereTutelle="MINISTERE DE L&apos;EDUCATION NATIONALE",
        ENTStructureAdresse=plan.street,
        ENTStructureCodePostal=plan.postal_code,
        ENTStructureVille=plan.town,
        ENTStructureTelephone=plan.phone,
        ENTStructureEmail=plan.email,
        ENTServAcAcademie="VALMONT",
        ENTEcoleSecteur="PU",
        ENTEcoleCirconscription="VALMONT CENTRE",
        ENTEcoleCommune=plan.town,
    )
    return _entry("categorieStructure", "EtabEducNat", plan.key, attributes)


def subject(code: str, label: str) -> str:
    return _entry("categorieMatiere", "MatEducNat", code, _ones(ENTMatJointure=code, ENTLibelleMatiere=label))


def training(training: Training) -> str:
    code = training.code
    attributes = _ones(
        ENTMefJointure=code, ENTLibelleMef=training.label, ENTMEFRattach=code, ENTMEFSTAT11=training.stat
    )
    return _entry("categorieMef", "MefEducNat", code, attributes)


#: What every pupil of a training has in common.
_TAUGHT = _attr("ENTEleveEnseignements", (discipline.label for discipline in DISCIPLINES)) + _attr(
    "ENTEleveCodeEnseignements", (discipline.subject for discipline in DISCIPLINES)
)
_OF_TRAINING = {
    training.code: _ones(
        ENTEleveMEF=training.code,
        ENTEleveLibelleMEF=training.label,
        ENTEleveNivFormation=training.label,
        ENTEleveFiliere=training.label,
    )
    + _TAUGHT
    for training in TRAININGS.values()
}


def pupil_2d(pupil: Pupil) -> str:
    school, key = pupil.school.key, pupil.key
    relations = "".join(
        f"<value>{link.adult}${link.code}${link.pays}${link.legal}${'1' if link.legal == '0' else '0'}${link.pays}</value>"
        for link in pupil.links
    )
    legal = "".join(f"<value>{link.adult}</value>" for link in pupil.links if link.legal == "1")
    lives_with = f"<value>{pupil.links[0].adult}</value>" if pupil.links else "<value/>"
    group = f"<value>{school}${pupil.group}</value>" if pupil.group else "<value/>"
    classes = entries = ""
    for plan, room, entered in (*pupil.also, (pupil.school, pupil.school_class, pupil.entered)):
        classes += f"<value>{plan.key}${room.code}</value>"
        entries += f"<value>{plan.key}$01/09/{entered}${room.code}</value>"
    return f"""<addRequest>
<operationalAttributes><attr name="categoriePersonne"><value>Eleve</value></attr></operationalAttributes>
<identifier><id>{key}</id></identifier>
<attributes>
<attr name="ENTPersonJointure"><value>{key}</value></attr>
<attr name="ENTEleveINE"><value>{pupil.ine}</value></attr>
<attr name="ENTEleveStructRattachId"><value>{key - 900_000}</value></attr>
<attr name="ENTPersonDateNaissance"><value>{pupil.birth}</value></attr>
<attr name="ENTPersonNomPatro"><value>{pupil.last_name}</value></attr>
<attr name="sn"><value>{pupil.last_name}</value></attr>
<attr name="givenName"><value>{pupil.first_name}</value></attr>
<attr name="ENTPersonAutresPrenoms"><value>{pupil.first_name}</value><value>{pupil.other_names}</value></attr>
<attr name="personalTitle"><value>{pupil.title}</value></attr>
<attr name="ENTEleveAutoriteParentale">{legal or "<value/>"}</attr>
<attr name="ENTElevePersRelEleve">{relations or "<value/>"}</attr>
<attr name="ENTEleveBoursier"><value>N</value></attr>
<attr name="ENTEleveRegime"><value>DEMI-PENSIONNAIRE DANS L&apos;ETABLISSEMENT</value></attr>
<attr name="ENTEleveTransport"><value>N</value></attr>
<attr name="ENTPersonAdresse"><value>{pupil.street}$$$</value></attr>
<attr name="ENTPersonCodePostal"><value>{pupil.postal_code}</value></attr>
<attr name="ENTPersonVille"><value>{pupil.town}</value></attr>
<attr name="ENTPersonPays"><value>FRANCE</value></attr>
<attr name="ENTEleveAdresseRel">{lives_with}</attr>
<attr name="ENTEleveStatutEleve"><value>SCOLAIRE</value></attr>
{_OF_TRAINING[pupil.training.code]}<attr name="ENTPersonStructRattach"><value>{school}</value></attr>
<attr name="ENTEleveClasses">{classes}</attr>
<attr name="ENTEleveDateEntreeClasses">{entries}</attr>
<attr name="ENTEleveGroupes">{group}</attr>
</attributes>
</addRequest>

"""


def pupil_1d(pupil: Pupil) -> str:
    school, key, room = pupil.school.key, pupil.key, pupil.school_class
    authority = "".join(
        f"<value>{link.adult}${link.code}</value>" for link in pupil.links if link.legal != CONTACTS_LEGAL
    )
    return f"""<addRequest>
<operationalAttributes><attr name="categoriePersonne"><value>Eleve</value></attr></operationalAttributes>
<identifier><id>{key}</id></identifier>
<attributes>
<attr name="ENTPersonJointure"><value>{key}</value></attr>
<attr name="ENTEleveINE"><value>{pupil.ine}</value></attr>
<attr name="ENTPersonDateNaissance"><value>{pupil.birth}</value></attr>
<attr name="ENTPersonNomPatro"><value>{pupil.last_name}</value></attr>
<attr name="ENTPersonNom"><value>{pupil.last_name}</value></attr>
<attr name="ENTPersonPrenom"><value>{pupil.first_name}</value></attr>
<attr name="ENTPersonAutresPrenoms"><value>{pupil.first_name}</value><value>{pupil.other_names}</value></attr>
<attr name="ENTPersonCivilite"><value>{pupil.title}</value></attr>
<attr name="ENTEleveAutoriteParentale">{authority or "<value/>"}</attr>
<attr name="ENTPersonStructRattach"><value>{school}</value></attr>
<attr name="ENTPersonClasses"><value>{school}$$${room.number}${room.code}</value></attr>
<attr name="ENTPersonGroupes"><value/></attr>
<attr name="ENTEleveNiveau"><value>{pupil.training.level}</value></attr>
<attr name="ENTEleveCycle"><value>{"CYCLE II" if pupil.training.age < 9 else "CYCLE III"}</value></attr>
<attr name="RestaurantScolaire"><value>O</value></attr>
<attr name="GarderieMatin"><value>N</value></attr>
<attr name="GarderieSoir"><value>N</value></attr>
</attributes>
</addRequest>

"""


def adult_2d(adult: Adult) -> str:
    return f"""<addRequest>
<operationalAttributes><attr name="categoriePersonne"><value>PersRelEleve</value></attr></operationalAttributes>
<identifier><id>{adult.key}</id></identifier>
<attributes>
<attr name="ENTPersonJointure"><value>{adult.key}</value></attr>
<attr name="ENTPersonDateNaissance"><value/></attr>
<attr name="ENTPersonNomPatro"><value>{adult.birth_name}</value></attr>
<attr name="sn"><value>{adult.last_name}</value></attr>
<attr name="givenName"><value>{adult.first_name}</value></attr>
<attr name="personalTitle"><value>{adult.title}</value></attr>
<attr name="homePhone"><value>{adult.home_phone}</value></attr>
<attr name="telephoneNumber"><value>{adult.work_phone}</value></attr>
<attr name="ENTPersonAdresse"><value>{adult.street}$$$</value></attr>
<attr name="ENTPersonCodePostal"><value>{adult.postal_code}</value></attr>
<attr name="ENTPersonVille"><value>{adult.town}</value></attr>
<attr name="ENTPersonPays"><value>FRANCE</value></attr>
<attr name="ENTPersonAdresseDiffusion"><value>N</value></attr>
<attr name="mobile"><value>{adult.mobile}</value></attr>
<attr name="mail"><value>{adult.email}</value></attr>
<attr name="ENTPersonMobileSMS"><value/></attr>
</attributes>
</addRequest>

"""


def adult_1d(adult: Adult, family: Family) -> str:
    children = _attr(
        "ENTPersRelEleveEleve",
        (
            str(pupil.key)
            for pupil in family.pupils
            if pupil.school.kind == "primary" and any(link.adult == adult.key for link in pupil.links)
        ),
    )
    attributes = _ones(
        ENTPersonJointure=adult.key,
        ENTPersonNomPatro=adult.birth_name,
        ENTPersonNom=adult.last_name,
        ENTPersonPrenom=adult.first_name,
        ENTPersonCivilite=adult.title,
        ENTPersonTelPerso=adult.home_phone,
        ENTPersRelEleveTelPro=adult.work_phone,
        ENTPersRelEleveTelMobile=adult.mobile,
        ENTPersonAdresse=f"{adult.street}$$$",
        ENTPersonCodePostal=adult.postal_code,
        ENTPersonVille=adult.town,
        ENTPersonPays="FRANCE",
        ENTPersonMail=adult.email,
    )
    return _entry("categoriePersonne", "PersRelEleve", adult.key, attributes + children)


def _functions(member: StaffMember) -> list[str]:
    values = []
    for function in member.functions:
        taught = function.discipline
        code, label = (taught.code, taught.discipline) if taught is not None else ("", "")
        values.append(f"{function.school.key}${function.code}${function.label}${code}${label}")
    return values


def staff_2d(member: StaffMember) -> str:
    attributes = _ones(
        ENTPersonJointure=member.key,
        ENTPersonDateNaissance=member.birth,
        ENTPersonNomPatro=member.last_name,
        sn=member.last_name,
        givenName=member.first_name,
        personalTitle=member.title,
        mail=member.email,
        ENTPersonStructRattach=member.home.key,
    )
    attributes += "".join(_attr(name, values) for name, values in taught_2d(member))
    return _entry("categoriePersonne", "PersEducNat", member.key, attributes)


def taught_2d(member: StaffMember) -> list[tuple[str, list[str]]]:
    """The attributes of a service, with their values: what the STS data fill."""
    classes = list(dict.fromkeys(f"{plan.key}${room.code}" for plan, room, _subject in member.classes))
    groups = list(dict.fromkeys(f"{plan.key}${code}" for plan, code, _subject in member.groups))
    return [
        ("ENTAuxEnsClasses", classes),
        ("ENTAuxEnsGroupes", groups),
        ("ENTAuxEnsClassesMatieres", [f"{plan.key}${room.code}${subject}" for plan, room, subject in member.classes]),
        ("ENTAuxEnsGroupesMatieres", [f"{plan.key}${code}${subject}" for plan, code, subject in member.groups]),
        ("ENTAuxEnsClassesPrincipal", [f"{plan.key}${room.code}" for plan, room in member.head_of]),
        ("ENTPersonFonctions", _functions(member)),
        ("PersEducNatPresenceDevantEleves", ["O" if member.classes else "N"]),
    ]


def staff_1d(member: StaffMember) -> str:
    attributes = _ones(
        ENTPersonJointure=member.key,
        ENTPersonDateNaissance=member.birth,
        ENTPersonNomPatro=member.last_name,
        ENTPersonNom=member.last_name,
        ENTPersonPrenom=member.first_name,
        ENTPersonCivilite=member.title,
        ENTPersonMail=member.email,
        ENTPersonStructRattach=member.home.key,
    )
    attributes += _attr("ENTPersonFonctions", _functions(member))
    attributes += _attr(
        "ENTPersonClasses", (f"{plan.key}$$${room.number}${room.code}" for plan, room, _subject in member.classes)
    )
    heads = [member.home.key] if any(function.code == "DIR" for function in member.functions) else []
    attributes += _attr("ENTEnsFonctionDir", heads)
    return _entry("categoriePersonne", "PersEducNat", member.key, attributes)
