/// What is told of a server that relays, or did: in the present as long as it does, in the past once it refuses.
extension IncidentTexts {
    /// What it is, without the full stop: the parts of one sentence.
    static func relayVerdict(of incident: Incident) -> [Bilingual] {
        let standing = incident.relayStanding
        let account =
            switch standing {
            case .natBlinded: tookFromOutside
            case .returned: nil as Bilingual?
            case .inferred: tookUnseen
            case .open, .likely, .oddForm, .provenForm, .keeping:
                incident.latest.isInferred && incident.proof?.client == nil
                    ? tookByLengths : tookFromStranger
            }
        let opening = incident.fixedAt == nil ? present(standing) : past(standing)
        return [opening, account].compactMap(\.self)
    }

    private static func present(_ standing: RelayStanding) -> Bilingual {
        switch standing {
        case .open: Bilingual("{server} is an open relay", french: "{server} est un relais ouvert")
        case .likely:
            Bilingual(
                "{server} seems to be an open relay",
                french: "{server} semble être un relais ouvert"
            )
        case .inferred:
            Bilingual(
                "{server} seems to be an open relay (inferred from the lengths of TLS records)",
                french: """
                    {server} semble être un relais ouvert (déduit des longueurs des enregistrements TLS)
                    """
            )
        case .oddForm:
            Bilingual(
                "{server} may be a relay by an odd form of address",
                french: "{server} est peut-être un relais par une forme d'adresse étrange"
            )
        case .provenForm:
            Bilingual(
                "{server} is a relay by an odd form of address",
                french: "{server} est un relais par une forme d'adresse étrange"
            )
        case .returned:
            Bilingual(
                """
                {server} took an odd address for its own and returned the mail: by that form it is no \
                relay
                """,
                french: """
                    {server} a pris une adresse étrange pour la sienne et a renvoyé le message : par \
                    cette forme il n'est pas un relais
                    """
            )
        case .keeping:
            Bilingual(
                "{server} takes mail for anybody, and none was seen to leave it in a day",
                french: """
                    {server} prend le courrier de tous pour tous, et en un jour rien n'en a été vu repartir
                    """
            )
        case .natBlinded:
            Bilingual(
                "{server} relays for strangers because it takes the gateway for the client",
                french: """
                    {server} relaie pour des inconnus parce qu'il prend la passerelle pour le client
                    """
            )
        }
    }

    private static func past(_ standing: RelayStanding) -> Bilingual {
        switch standing {
        case .open:
            Bilingual(
                "{server} was an open relay until {last} and has refused since {until}",
                french: "{server} a été un relais ouvert jusqu'à {last} et refuse depuis {until}"
            )
        case .inferred:
            Bilingual(
                """
                {server} seems to have been an open relay until {last}, and to refuse since {until} (both inferred from \
                the lengths of TLS records)
                """,
                french: """
                    {server} semble avoir été un relais ouvert jusqu'à {last} et refuser depuis {until} (déduit des \
                    longueurs des enregistrements TLS)
                    """
            )
        case .likely:
            Bilingual(
                "{server} seems to have been an open relay until {last}, and has refused since {until}",
                french: """
                    {server} semble avoir été un relais ouvert jusqu'à {last} et refuse depuis {until}
                    """
            )
        case .oddForm:
            Bilingual(
                """
                {server} may have been a relay by an odd form of address until {last}, and has \
                refused since {until}
                """,
                french: """
                    {server} a peut-être été un relais par une forme d'adresse étrange jusqu'à {last} et \
                    refuse depuis {until}
                    """
            )
        case .provenForm:
            Bilingual(
                """
                {server} was a relay by an odd form of address until {last} and has refused since {until}
                """,
                french: """
                    {server} a été un relais par une forme d'adresse étrange jusqu'à {last} et refuse \
                    depuis {until}
                    """
            )
        case .returned:
            Bilingual(
                """
                {server} took an odd address for its own and returned the mail, the last time at \
                {last}, and has refused since {until}
                """,
                french: """
                    {server} a pris une adresse étrange pour la sienne et a renvoyé le message, la \
                    dernière fois à {last}, et refuse depuis {until}
                    """
            )
        case .keeping:
            Bilingual(
                """
                {server} took mail for anybody until {last}, of which none was seen to leave it in a \
                day, and has refused since {until}
                """,
                french: """
                    {server} a pris le courrier de tous pour tous jusqu'à {last}, dont en un jour rien \
                    n'a été vu repartir, et refuse depuis {until}
                    """
            )
        case .natBlinded:
            Bilingual(
                """
                {server} relayed for strangers until {last} because it took the gateway for the \
                client, and has refused since {until}
                """,
                french: """
                    {server} a relayé pour des inconnus jusqu'à {last} parce qu'il prenait la passerelle \
                    pour le client, et refuse depuis {until}
                    """
            )
        }
    }

    // What it took.

    private static let tookFromStranger = Bilingual(
        ": it accepted mail from {client}, a stranger who {login}, for {recipients}",
        french: """
             : il a accepté un message de {client}, un inconnu qui {login}, pour {recipients}
            """
    )

    private static let tookByLengths = Bilingual(
        """
        : by the lengths of the TLS records it accepted mail from {client}, a stranger without a \
        login, for {recipients}
        """,
        french: """
             : d'après les longueurs des enregistrements TLS, il a accepté un message de {client}, un \
            inconnu sans authentification, pour {recipients}
            """
    )

    private static let tookUnseen = Bilingual(
        ": it accepted mail from {client}, a stranger without a login, for {recipients}",
        french: """
             : il a accepté un message de {client}, un inconnu sans authentification, pour {recipients}
            """
    )

    private static let tookFromOutside = Bilingual(
        ": it accepted mail from {client}, which came from outside, for {recipients}",
        french: """
             : il a accepté un message de {client}, venu de l'extérieur, pour {recipients}
            """
    )

    // What became of it.

    /// What became of a message that was seen to leave.
    static func proof(_ delivery: Signal.Delivery?) -> Bilingual {
        switch delivery {
        case .taken:
            Bilingual(
                ", and delivered it to {destination} {delay} later (seen at {since})",
                french: ", et l'a remis à {destination} {delay} plus tard (vu à {since})"
            )
        case .handedOver, nil:
            Bilingual(
                ", and handed it on to {destination} {delay} later (seen at {since})",
                french: ", et l'a transmis à {destination} {delay} plus tard (vu à {since})"
            )
        case .asMuch:
            Bilingual(
                ", and {delay} later as much left for {destination} under TLS (seen at {since})",
                french: """
                    , et {delay} plus tard il en est parti autant vers {destination} sous TLS (vu à {since})
                    """
            )
        case .refused:
            Bilingual(
                """
                , and offered it to {destination} {delay} later, which did not take it (seen at {since})
                """,
                french: """
                    , et l'a proposé {delay} plus tard à {destination}, qui ne l'a pas pris (vu à {since})
                    """
            )
        }
    }
}
