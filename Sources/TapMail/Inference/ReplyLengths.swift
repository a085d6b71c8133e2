/// The lengths that a server's replies may have: its family's texts, what was heard of it, and what is left.
struct ReplyLengths: Sendable {
    /// What the session showed before TLS.
    let clear: ClearFacts
    /// What was heard of the server in the clear.
    let server: ServerLengths

    /// The lengths of the replies of one class, where `part` says how long what they repeat may be; shares sum to `share`.
    func options(
        _ type: ReplyClass,
        _ verdict: DialogueReading.Verdict,
        of family: ReplyFamily,
        share: Double,
        part: (ReplyLength.Part) -> OctetRange
    ) -> [ReplyOption] {
        var options: [ReplyOption] = []
        let heard = server.lengths(of: type)
        let listed = ReplyTexts.entries(of: family, for: type)
        let heardShare = heard.isEmpty ? 0 : 0.7
        let unknown = listed.isEmpty ? 1 - heardShare : (type.isPositive ? 0.03 : 0.12)
        let listedShare = max(0, 1 - heardShare - unknown)
        let total = Double(heard.reduce(0) { $0 &+ $1.count })
        func add(_ octets: OctetRange, _ weight: Double, isStrange: Bool) {
            options.append(
                ReplyOption(
                    verdict: verdict,
                    octets: octets,
                    share: share * weight,
                    isStrange: isStrange
                )
            )
        }
        for item in heard {
            let weight = heardShare * Double(item.count) / total
            add(item.length.octets(part), weight, isStrange: false)
        }
        for entry in listed where listedShare > 0 {
            add(entry.length.octets(part), listedShare * entry.weight, isStrange: false)
        }
        for band in ReplyBackground.bands(of: type) {
            add(band.octets, unknown * band.share, isStrange: true)
        }
        return options
    }

    /// The EHLO reply inside TLS: that of before, less STARTTLS, and often with more behind it.
    func hellos(share: Double) -> [ReplyOption] {
        func option(_ octets: OctetRange, _ weight: Double, isStrange: Bool) -> ReplyOption {
            ReplyOption(
                verdict: .accepted,
                octets: octets,
                share: share * weight,
                isStrange: isStrange
            )
        }
        let bands = ReplyBackground.bands(of: ReplyClass(.hello, isPositive: true))
        guard let before = clear.helloReply, before > 30 else {
            return bands.map { option($0.octets, $0.share, isStrange: false) }
        }
        let without = before &- 14
        return [
            option(OctetRange(without), 0.4, isStrange: false),
            option(OctetRange(without, without &+ 60), 0.35, isStrange: false),
        ] + bands.map { option($0.octets, $0.share * 0.25, isStrange: true) }
    }
}
