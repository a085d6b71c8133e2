/// How likely a client is to send each command where it supposes the dialogue to be.
struct ClientHabits: Sendable {
    var hello = 0.0
    var mail = 0.0
    var recipient = 0.0
    var data = 0.0
    var chunk = 0.0
    var reset = 0.0
    var quit = 0.0
    var login = 0.0
    var other = 0.001

    init(_ stage: DialogueReading.Stage, login state: InferredLogin, clear: ClearFacts) {
        switch stage {
        case .start:
            hello = 0.95
            mail = 0.02
            quit = 0.01
            login = clear.isSubmission ? 0.02 : 0.001
        case .ready: ready(state, clear)
        case .sender:
            recipient = 0.9
            reset = 0.02
            quit = 0.03
            data = 0.01
            mail = 0.001
        case .recipients:
            recipient = 0.35
            data = 0.56
            chunk = clear.isChunking == false ? 0.001 : 0.06
            reset = 0.015
            quit = 0.015
            other = 0.002
        case .refused:
            recipient = 0.3
            quit = 0.32
            reset = 0.25
            mail = 0.01
            data = 0.06
            other = 0.01
        case .challenged: break
        case .text, .ended:
            quit = 0.001
        }
    }

    private mutating func ready(_ state: InferredLogin, _ clear: ClearFacts) {
        mail = 0.5
        quit = 0.15
        reset = 0.05
        hello = 0.02
        other = 0.02
        switch state {
        case .none: login = clear.isSubmission ? 0.5 : 0.06
        case .failed: login = 0.3
        case .accepted: login = 0.002
        }
    }
}
