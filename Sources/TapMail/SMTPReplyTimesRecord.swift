/// How long a server took to answer, in EVE's words: `{"greeting":12,"hello":1}`, in milliseconds.
struct SMTPReplyTimesRecord: Encodable {
    private let times: SMTPReplyTimes

    init(_ times: SMTPReplyTimes) { self.times = times }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for step in SMTPReplyTimes.Step.allCases {
            try container.encodeIfPresent(times[step], forKey: Key(step))
        }
    }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(_ step: SMTPReplyTimes.Step) { stringValue = step.rawValue }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
