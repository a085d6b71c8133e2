/// The words of the rules that follow a relayed message on its way.
enum OnwardTexts {
    /// One line: what was seen of a stranger's message on its way.
    static func proven(_ delivery: Signal.Delivery) -> Bilingual {
        switch delivery {
        case .taken, .handedOver:
            Bilingual(
                "Open relay proven: {server} handed a stranger's mail on to {destination}",
                french:
                    "Relais ouvert prouvé : {server} a transmis le message d'un inconnu à {destination}"
            )
        case .refused:
            Bilingual(
                """
                Open relay proven: {server} wanted to hand a stranger's mail on to {destination}, which did not take it
                """,
                french: """
                    Relais ouvert prouvé : {server} a voulu transmettre le message d'un inconnu à {destination}, qui ne \
                    l'a pas pris
                    """
            )
        case .asMuch:
            Bilingual(
                "Open relay, it seems: as much as a stranger gave {server} left it for {destination} under TLS",
                french: """
                    Relais ouvert, semble-t-il : autant qu'un inconnu a donné à {server} en est parti sous TLS vers \
                    {destination}
                    """
            )
        }
    }

    /// The facts of it.
    static func whyProven(_ delivery: Signal.Delivery) -> Bilingual {
        switch delivery {
        case .taken, .handedOver: whyHandedOn
        case .refused: whyOffered
        case .asMuch: whyHidden
        }
    }

    private static let whyHandedOn = Bilingual(
        """
        {client} gave {server} a message for {address} without a login; {delay} later {server} handed it to {destination}, \
        which said "{reply}".
        """,
        french: """
            {client} a donné à {server} un message pour {address} sans authentification ; {delay} plus tard {server} l'a \
            transmis à {destination}, qui a dit "{reply}".
            """
    )

    private static let whyOffered = Bilingual(
        """
        {client} gave {server} a message for {address} without a login; {delay} later {server} offered it to {destination}, \
        which said "{reply}".
        """,
        french: """
            {client} a donné à {server} un message pour {address} sans authentification ; {delay} plus tard {server} l'a \
            proposé à {destination}, qui a dit "{reply}".
            """
    )

    private static let whyHidden = Bilingual(
        """
        {client} gave {server} a message for {address} without a login; {delay} later {server} sent as much under TLS to \
        {destination} ({reply}).
        """,
        french: """
            {client} a donné à {server} un message pour {address} sans authentification ; {delay} plus tard {server} en a \
            envoyé autant sous TLS à {destination} ({reply}).
            """
    )

    static let hiddenReply = Bilingual(
        "its reply is encrypted",
        french: "sa réponse est chiffrée"
    )

    static let growth = Bilingual(
        " It has grown by {octets}, as a message does that a server takes and hands on.",
        french: " Il a grandi de {octets}, comme un message qu'un serveur prend et transmet."
    )

    static let cutThrough = Bilingual(
        " The server handed it on before it said that it took it.",
        french: " Le serveur l'a transmis avant de dire qu'il l'acceptait."
    )

    static let oddForm = Bilingual(
        " It came with an address of form {form}.",
        french: " Il est venu avec une adresse de forme {form}."
    )

    static let refute = Bilingual(
        " If {server} relays for that domain by right, add the domain to mail.domains.",
        french: " Si {server} relaie à bon droit pour ce domaine, ajoutez-le à mail.domains."
    )

    /// What showed that it is the same message.
    static func words(for key: OnwardMatch.Key) -> Bilingual {
        switch key {
        case .identifier:
            Bilingual(
                " Both sessions show the same Message-ID.",
                french: " Les deux sessions montrent le même Message-ID."
            )
        case .queue:
            Bilingual(
                " The Received field names the message by its id in the server's queue.",
                french:
                    " Le champ Received nomme le message par son identifiant dans la file du serveur."
            )
        case .recipient:
            Bilingual(
                " Both sessions name the same recipient.",
                french: " Les deux sessions nomment le même destinataire."
            )
        case .size:
            Bilingual(
                " The size fits, and {destination} had not been called in the hour before.",
                french:
                    " La taille concorde, et {destination} n'avait pas été appelé dans l'heure d'avant."
            )
        }
    }

    static let natted = Bilingual(
        "Relay by NAT: {server} takes {name} for the stranger {client} and relays",
        french: "Relais par NAT : {server} prend {name} pour l'inconnu {client} et relaie"
    )

    static let whyNatted = Bilingual(
        """
        {client} gave {server} a message for {address} without a login; handing it to {destination} {delay} later, \
        {server} wrote in its Received field that it came from {name}. It seems to take strangers for {name}, and to trust that address.
        """,
        french: """
            {client} a donné à {server} un message pour {address} sans authentification ; en le transmettant à \
            {destination} {delay} plus tard, {server} a écrit dans son champ Received qu'il venait de {name}. Il semble \
            prendre les inconnus pour {name} et faire confiance à cette adresse.
            """
    )

    static let adviceNatted = Bilingual(
        """
        Take {name} out of the addresses that {server} trusts, or let the gateway keep the clients' addresses (no source \
        NAT for port 25).\u{20}
        """,
        french: """
            Retirez {name} des adresses auxquelles {server} fait confiance, ou faites garder à la passerelle les adresses \
            des clients (pas de NAT de source pour le port 25).\u{20}
            """
    )

    static let refusesOthers = Bilingual(
        """
         It refused {name} for the same within a day: perhaps it trusts an address that {client} comes by, such as a \
        gateway's.
        """,
        french: """
             Il a refusé {name} pour la même chose en un jour : peut-être fait-il confiance à une adresse par laquelle \
            {client} passe, comme celle d'une passerelle.
            """
    )

    static let formTaken = Bilingual(
        "Perhaps a relay by form {form}: {server} took a stranger's mail that leads to {destination}",
        french: """
            Peut-être un relais par la forme {form} : {server} a pris le message d'un inconnu qui mène à {destination}
            """
    )

    static let formAccepted = Bilingual(
        "Odd address accepted: {server} said yes to a stranger's recipient of form {form}",
        french:
            "Adresse étrange acceptée : {server} a dit oui à un destinataire de forme {form} d'un inconnu"
    )

    static let whyFormTaken = Bilingual(
        """
        {client} ({helo}) came from outside, {login}, and sent {octets} from {sender} to {address}, which leads to \
        {destination}: "{reply}". The server took the message: "{final}". It is proven when the message leaves.
        """,
        french: """
            {client} ({helo}) venait de l'extérieur, {login}, et a envoyé {octets} de {sender} à {address}, qui mène à \
            {destination} : "{reply}". Le serveur a pris le message : "{final}". La preuve est faite quand le message repart.
            """
    )

    static let whyFormAccepted = Bilingual(
        """
        {client} ({helo}) came from outside, {login}, and named {address} as the recipient of {sender}, which leads to \
        {destination}: "{reply}". No message was taken; the server may have meant a mailbox of its own.
        """,
        french: """
            {client} ({helo}) venait de l'extérieur, {login}, et a nommé {address} comme destinataire de {sender}, qui mène \
            à {destination} : "{reply}". Aucun message n'a été pris ; le serveur pensait peut-être à une boîte à lui.
            """
    )

    static let formReturned = Bilingual(
        "No relay by form {form}, it seems: {server} took the address for its own and returned the mail",
        french:
            "Pas de relais par la forme {form}, semble-t-il : {server} a pris l'adresse pour la sienne et a renvoyé le message"
    )

    static let whyFormReturned = Bilingual(
        "A bounce to the sender followed what {client} sent to {address}, and none of it was seen to be handed on.",
        french: """
            Un avis de non-remise à l'expéditeur a suivi ce que {client} a envoyé à {address}, et rien n'en a été vu \
            transmis.
            """
    )

    static let adviceFormReturned = Bilingual(
        "Let {server} refuse such addresses in the dialogue: its bounce goes to whoever the sender claimed to be.",
        french: """
            Faites refuser de telles adresses par {server} dans le dialogue : son avis va à celui que l'expéditeur a prétendu \
            être.
            """
    )

    /// How a server of `family` refuses such addresses.
    static func adviceForm(_ family: MailServerFamily) -> Bilingual {
        switch family {
        case .postfix:
            Bilingual(
                "Look at: postconf allow_percent_hack swap_bangpath allow_untrusted_routing; set all three to no.",
                french: """
                    Regardez : postconf allow_percent_hack swap_bangpath allow_untrusted_routing ; mettez les trois à no.
                    """
            )
        case .exim:
            Bilingual(
                "The RCPT ACL should deny local_parts = ^.*[@%!/|] before it accepts anything.",
                french:
                    "L'ACL de RCPT doit refuser local_parts = ^.*[@%!/|] avant d'accepter quoi que ce soit."
            )
        case .sendmail:
            Bilingual(
                "Take FEATURE(loose_relay_check) out of sendmail.mc and rebuild sendmail.cf.",
                french: "Retirez FEATURE(loose_relay_check) de sendmail.mc et refaites sendmail.cf."
            )
        case .openSMTPD, .exchange, .unknown:
            Bilingual(
                "Let the server refuse recipients with %, ! or a second @ in front of the domain.",
                french:
                    "Faites refuser par le serveur les destinataires avec %, ! ou un second @ devant le domaine."
            )
        }
    }
}
