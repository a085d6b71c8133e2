extension IncidentTexts {
    /// `1 event`, `7 events`.
    static func events(_ count: UInt64) -> Phrase {
        counted(
            count,
            Bilingual("{count} event", french: "{count} événement"),
            Bilingual("{count} events", french: "{count} événements")
        )
    }

    /// `1 message`, `7 messages`.
    static func messages(_ count: UInt64) -> Phrase {
        counted(
            count,
            Bilingual("{count} message", french: "{count} message"),
            Bilingual("{count} messages", french: "{count} messages")
        )
    }

    /// `1 recipient`, `7 recipients`.
    static func recipients(_ count: UInt64) -> Phrase {
        counted(
            count,
            Bilingual("{count} recipient", french: "{count} destinataire"),
            Bilingual("{count} recipients", french: "{count} destinataires")
        )
    }

    /// `1 client`, `7 clients`.
    static func clients(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual("{count} client", french: "{count} client"),
            Bilingual("{count} clients", french: "{count} clients")
        )
    }

    /// `1 sender`, `7 senders`.
    static func senders(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual("{count} sender", french: "{count} expéditeur"),
            Bilingual("{count} senders", french: "{count} expéditeurs")
        )
    }

    /// `1 domain`, `7 domains`.
    static func domains(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual("{count} domain", french: "{count} domaine"),
            Bilingual("{count} domains", french: "{count} domaines")
        )
    }

    /// `7`; `100 or more` where no more than that are counted.
    static func count(_ count: Int, upTo limit: Int) -> Phrase {
        count < limit
            ? .count(count)
            : .text(
                Bilingual("{count} or more", french: "{count} ou plus"),
                [.count: .count(limit)]
            )
    }

    /// `1 network`, `7 networks`.
    static func networks(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual("{count} network", french: "{count} réseau"),
            Bilingual("{count} networks", french: "{count} réseaux")
        )
    }

    /// `1 login`, `7 logins`.
    static func logins(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual("{count} login", french: "{count} authentification"),
            Bilingual("{count} logins", french: "{count} authentifications")
        )
    }

    /// Recipients whose addresses were not shown.
    static func unseenRecipients(_ count: Int) -> Phrase {
        count > 0
            ? recipients(UInt64(clamping: count))
            : .text(Bilingual("recipients that were not seen", french: "des destinataires non vus"))
    }

    /// `1 time`, `7 times`.
    static func times(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual("{count} time", french: "{count} fois"),
            Bilingual("{count} times", french: "{count} fois")
        )
    }

    /// Parts of the world.
    static func regions(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual("{count} part of the world", french: "{count} partie du monde"),
            Bilingual("{count} parts of the world", french: "{count} parties du monde")
        )
    }

    /// `1 operator`, `4 operators`.
    static func operators(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual("{count} operator", french: "{count} opérateur"),
            Bilingual("{count} operators", french: "{count} opérateurs")
        )
    }

    /// Senders, each with one recipient.
    static func pairs(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual(
                "{count} sender with a recipient",
                french: "{count} expéditeur avec un destinataire"
            ),
            Bilingual(
                "{count} senders with their recipients",
                french: "{count} expéditeurs avec leurs destinataires"
            )
        )
    }

    /// Recipients to whom was never written.
    static func newRecipients(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual("{count} new recipient", french: "{count} nouveau destinataire"),
            Bilingual("{count} new recipients", french: "{count} nouveaux destinataires")
        )
    }

    /// A count with its noun: in English one alone is singular, in French none is as well.
    private static func counted(_ count: UInt64, _ one: Bilingual, _ more: Bilingual) -> Phrase {
        let text: Bilingual =
            switch count {
            case 0: Bilingual(more.english, french: one.french)
            case 1: one
            default: more
            }
        return .text(text, [.count: .count(Int(clamping: count))])
    }
}
