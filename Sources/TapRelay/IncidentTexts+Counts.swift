extension IncidentTexts {
    /// `1 event`, `7 events`.
    static func events(_ count: UInt64) -> Phrase {
        counted(
            count,
            Bilingual("1 event", french: "1 événement"),
            Bilingual("{count} events", french: "{count} événements")
        )
    }

    /// `1 message`, `7 messages`.
    static func messages(_ count: UInt64) -> Phrase {
        counted(
            count,
            Bilingual("1 message", french: "1 message"),
            Bilingual("{count} messages", french: "{count} messages")
        )
    }

    /// `1 recipient`, `7 recipients`.
    static func recipients(_ count: UInt64) -> Phrase {
        counted(
            count,
            Bilingual("1 recipient", french: "1 destinataire"),
            Bilingual("{count} recipients", french: "{count} destinataires")
        )
    }

    /// `1 client`, `7 clients`.
    static func clients(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual("1 client", french: "1 client"),
            Bilingual("{count} clients", french: "{count} clients")
        )
    }

    /// `1 sender`, `7 senders`.
    static func senders(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual("1 sender", french: "1 expéditeur"),
            Bilingual("{count} senders", french: "{count} expéditeurs")
        )
    }

    /// `1 domain`, `7 domains`.
    static func domains(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual("1 domain", french: "1 domaine"),
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
            Bilingual("1 network", french: "1 réseau"),
            Bilingual("{count} networks", french: "{count} réseaux")
        )
    }

    /// `1 login`, `7 logins`.
    static func logins(_ count: Int) -> Phrase {
        counted(
            UInt64(clamping: count),
            Bilingual("1 login", french: "1 authentification"),
            Bilingual("{count} logins", french: "{count} authentifications")
        )
    }

    /// Recipients whose addresses were not shown.
    static func unseenRecipients(_ count: Int) -> Phrase {
        count > 0
            ? recipients(UInt64(clamping: count))
            : .text(Bilingual("recipients that were not seen", french: "des destinataires non vus"))
    }

    private static func counted(_ count: UInt64, _ one: Bilingual, _ more: Bilingual) -> Phrase {
        count == 1 ? .text(one) : .text(more, [.count: .count(Int(clamping: count))])
    }
}
