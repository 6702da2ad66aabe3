using System.Globalization;
using HybridLlm.Crash;

// Usage: HybridLlm.Crash [KILLS [SEED]]: kills a process that writes outcomes so many times (200), at moments drawn from a seed, and starts on what it left.
// Exit code: 0 when every start was good and nothing that was flushed was lost or doubled.
if (args is [Writer.Order, var folder, var run])
{
    await Writer.WriteAsync(folder, int.Parse(run, CultureInfo.InvariantCulture)).ConfigureAwait(false);
    return 0;
}

var kills = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200;
var seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
return await new CrashTest(kills, seed).RunAsync().ConfigureAwait(false);
