using System.Reflection;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using HybridLlm.Benchmarks;
using HybridLlm.Benchmarks.Floor;
using HybridLlm.Benchmarks.Goals;
using HybridLlm.Benchmarks.Neo4jStore;
using HybridLlm.Benchmarks.Scale;
using Perfolizer.Horology;

// Usage: HybridLlm.Benchmarks [NAME]: the benchmark classes whose name, or the name of one of whose goals, contains NAME; without it all.
// Exit code: 0 when every goal was reached, 1 when one was missed or not measured, 2 when nothing has that name.
var wanted = args.FirstOrDefault() ?? "";
if (wanted == InstantServer.Order)
{
    await InstantServer.ServeAsync();
    return 0;
}

Type[] benchmarks =
[
    .. from type in Assembly.GetExecutingAssembly().GetTypes()
       let methods = type.GetMethods().Where(method => method.IsDefined(typeof(BenchmarkAttribute))).ToArray()
       where methods.Length > 0
       let names = methods.Select(method => method.GetCustomAttribute<GoalAttribute>()?.Name).OfType<string>().Append(type.Name)
       where names.Any(name => name.Contains(wanted, StringComparison.OrdinalIgnoreCase))
       orderby type.Name
       select type,
];
var comparesFloor = FloorComparison.Names.Append(nameof(FloorComparison)).Any(name => name.Contains(wanted, StringComparison.OrdinalIgnoreCase));
var comparesNeo4j = Neo4jComparison.Names.Any(name => name.Contains(wanted, StringComparison.OrdinalIgnoreCase));
var measuresScale = MetricsAtScale.Names.Append(nameof(MetricsAtScale)).Any(name => name.Contains(wanted, StringComparison.OrdinalIgnoreCase));
if (benchmarks.Length == 0 && !comparesFloor && !comparesNeo4j && !measuresScale)
{
    await Console.Error.WriteLineAsync($"No benchmark and no goal is named like '{wanted}'.");
    return 2;
}

// In this process and with short iterations, so that all goals are checked within minutes; what is compared is measured alike, in one run.
var job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance)
    .WithIterationTime(TimeInterval.FromMilliseconds(100))
    .WithWarmupCount(10)
    .WithIterationCount(15);
var config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddExporter(MarkdownExporter.GitHub)
    .AddColumnProvider(DefaultConfig.Instance.GetColumnProviders().ToArray())
    .AddLogger(NullLogger.Instance);

var reached = true;
Console.WriteLine(Goal.Header);
foreach (var type in benchmarks)
{
    foreach (var goal in Goal.Of(BenchmarkRunner.Run(type, config)))
    {
        Console.WriteLine(goal);
        reached &= goal.Ok;
    }
}

if (comparesFloor)
{
    var (lines, ok) = await FloorComparison.RunAsync();
    foreach (var line in lines)
    {
        Console.WriteLine(line);
    }

    reached &= ok;
}

if (comparesNeo4j)
{
    reached &= await Neo4jComparison.RunAsync(wanted);
}

if (measuresScale)
{
    var (lines, ok) = await MetricsAtScale.RunAsync();
    foreach (var line in lines)
    {
        Console.WriteLine(line);
    }

    reached &= ok;
}

return reached ? 0 : 1;
