import TapLinux
import TapPlane
import Testing

struct OffloadReviewTests {
    private func review(
        _ offloads: PlaneConfiguration.Offloads,
        _ features: [ReceiveOffload: InterfaceFeature]
    ) -> OffloadReview {
        OffloadReview(offloads) { features[$0] }
    }

    private static let on = InterfaceFeature(isActive: true, isRequested: true, isChangeable: true)
    private static let off = InterfaceFeature(
        isActive: false,
        isRequested: false,
        isChangeable: true
    )

    @Test func keepOnlySwitchesOffWhatTheWireWouldSuffer() {
        let all = ReceiveOffload.allCases.map { ($0, Self.on) }
        let features = Dictionary(uniqueKeysWithValues: all)
        #expect(review(.keep, features).changeable == [.largeReceive])
        #expect(review(.exact, features).changeable == ReceiveOffload.allCases)
        #expect(review(.exact, features).fixed.isEmpty)
    }

    @Test func whatIsOffOrUnknownToTheKernelNeedsNothing() {
        let found = review(.exact, [.generic: Self.off, .hardware: Self.off])
        #expect(found.toSwitchOff.isEmpty && found.changeable.isEmpty && found.fixed.isEmpty)
    }

    @Test func whatIsFixedIsOnlyOfInterestWhereItIsOn() {
        var fixed = Self.on
        fixed.isChangeable = false
        fixed.isRequested = false
        var harmless = fixed
        harmless.isActive = false
        let found = review(.exact, [.hardware: fixed, .largeReceive: harmless])
        #expect(found.toSwitchOff.isEmpty)
        #expect(found.fixed == [.hardware])
    }

    /// Switching rx-gro-hw off would let rx-lro loose, where both are wanted and the driver does one.
    @Test func whatIsOnlyWantedIsSwitchedOffToo() {
        var wanted = Self.off
        wanted.isRequested = true
        let found = review(.exact, [.largeReceive: wanted, .hardware: Self.on])
        #expect(found.toSwitchOff.map(\.offload) == [.largeReceive, .hardware])
        #expect(found.changeable == [.hardware])
    }
}
