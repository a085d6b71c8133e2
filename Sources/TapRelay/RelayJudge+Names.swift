import TapObserve
public import TapWire

extension RelayJudge {
    /// Takes what a reverse lookup on the wire has said of an address.
    public mutating func learn(_ name: ReverseName) { names.learn(name) }

    /// What a reverse lookup has said of an address, as far as that is remembered; nil if it is not.
    public mutating func name(of address: IPAddress) -> ReverseName? {
        names.name(of: address.unmapped)
    }

    /// How many entries of each bounded table made room for others since this process began, and of the names.
    package var dropped: [String: UInt64] {
        var counts = memory.dropped
        if names.dropped > 0 { counts["known_names_dropped"] = names.dropped }
        return counts
    }

    /// How many addresses are remembered with their names.
    package var nameCount: Int { names.count }

    /// Notes how the client of an event is called: recorded events know it themselves.
    mutating func nameClient(of mail: MailCase) {
        if let name = mail.context.clientName { names.learn(name) }
        mail.clientName = names.name(of: mail.client.address)
    }

    /// Notes how the client is called that a signal is about, which need not be that of the event.
    mutating func nameSuspect(of signal: Signal, in mail: MailCase) {
        let suspect = signal.unseen?.client ?? mail.suspect
        mail.suspectName = names.name(of: suspect)
    }
}
