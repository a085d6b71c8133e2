public import ArgumentParser
public import TapCapture
public import TapMail
public import TapPlane

extension CaptureFormat: ExpressibleByArgument {}
extension PlaneConfiguration.Choice: ExpressibleByArgument {}
extension PlaneConfiguration.ExitAction: ExpressibleByArgument {}
extension PlaneConfiguration.LinkFault: ExpressibleByArgument {}
extension PlaneConfiguration.Offloads: ExpressibleByArgument {}
extension SMTPOutcome: ExpressibleByArgument {}
