import TapMailTesting
import TapTesting
import Testing

@Suite("Holes in generated dialogues by which something was once told that nobody had said")
struct LossSeedTests {
    /// A dialogue in which something was told that nobody had said, and what was lost of it.
    struct Found: Sendable {
        var seed: UInt64
        var loss: MailLoss
        /// What chose the place.
        var lossSeed: UInt64

        init(_ seed: UInt64, _ loss: MailLoss, round: UInt64 = 0) {
            self.seed = seed
            self.loss = loss
            lossSeed = seed + round * 1_000_000_007
        }
    }

    private static let found: [Found] = [
        Found(400_074, .beforeSecret), Found(400_257, .segments), Found(400_601, .step),
        Found(400_745, .segments), Found(400_846, .step), Found(401_560, .step),
        Found(500_152, .step), Found(500_152, .start), Found(500_387, .beforeSecret),
        Found(501_896, .start), Found(501_903, .segments), Found(501_904, .server),
        Found(600_456, .start), Found(601_403, .step), Found(601_853, .beforeSecret),
        Found(701_457, .segments), Found(2_100_212, .segments), Found(2_200_558, .startAndSegments),
        Found(2_201_735, .beforeSecret), Found(2_201_735, .start), Found(2_201_735, .step),
        Found(6_101_064, .segments), Found(6_600_128, .step), Found(7_101_288, .segments),
        Found(800_727, .segments), Found(8_400_482, .step), Found(10_200_200, .start),
        Found(12_001_171, .stretch, round: 1), Found(12_101_113, .stretch, round: 1),
        Found(12_200_865, .stretch, round: 4), Found(12_300_864, .stretch),
        Found(12_300_993, .stretch), Found(13_000_369, .stretch, round: 2),
        Found(12_900_566, .segments, round: 1),
        Found(12_900_728, .stretch, round: 2), Found(13_000_001, .segments, round: 3),
        Found(13_001_974, .stretch, round: 2), Found(13_300_618, .segments, round: 1),
        Found(14_000_027, .startAndSegments, round: 1), Found(14_101_850, .steps, round: 2),
        Found(15_001_793, .manySegments), Found(15_301_483, .segments, round: 1),
        Found(15_601_358, .segments), Found(16_500_144, .steps, round: 2),
        Found(16_600_447, .step, round: 1), Found(17_501_143, .direction),
        Found(17_901_460, .steps, round: 1), Found(18_001_231, .direction, round: 1),
        Found(18_001_812, .direction, round: 2), Found(17_700_421, .direction, round: 3),
        Found(31_000_289, .directionAndSegments, round: 1),
        Found(20_201_051, .direction, round: 2),
        Found(24_100_623, .crossedAndSegments, round: 2),
        Found(24_101_896, .crossedAndSegments, round: 1),
        Found(24_102_823, .crossedAndSegments), Found(24_103_983, .crossedAndSegments),
        Found(24_104_276, .crossedAndSegments, round: 3),
        Found(27_501_238, .direction, round: 4), Found(12_696, .longFrames),
        Found(7_401_419, .stretch),
    ]

    @Test("nothing is claimed any more that nobody said", arguments: found)
    func seeds(found: Found) {
        let scenario = SMTPScenario(seed: found.seed)
        let remains = found.loss.remains(of: scenario.dialogue, seed: found.lossSeed)
        #expect(scenario.inventions(in: MailReport(remains.frames, tells: true)) == [])
    }
}
