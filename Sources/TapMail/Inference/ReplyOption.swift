/// One reply that a command may get.
struct ReplyOption: Sendable {
    /// What it says.
    var verdict: DialogueReading.Verdict
    /// Its octets.
    var octets: OctetRange
    /// How likely it is.
    var share: Double
    /// True if its text is in no list and was never heard.
    var isStrange: Bool
}
