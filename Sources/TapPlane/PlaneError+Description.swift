import SystemPackage

extension PlaneError: CustomStringConvertible {
    /// What is wrong, where, and what to do about it, in one or two sentences.
    public var description: String {
        let explanation = advice.sentence
        let sentence = port.map { "\($0): \(explanation)" } ?? explanation
        return errno.map { "\(sentence) (\($0))" } ?? sentence
    }
}
