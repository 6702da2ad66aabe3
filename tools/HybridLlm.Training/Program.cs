using System.Globalization;
using System.Security.Cryptography;
using HybridLlm.Training;
using HybridLlm.Training.Data;
using HybridLlm.Training.Learning;

if (args is not [var verb and ("train" or "validate"), var prompts, var outcomes, ..])
{
    Console.Error.WriteLine("""
        usage: HybridLlm.Training train    PROMPTS-FOLDER OUTCOMES-FILE WEIGHTS-FILE
               HybridLlm.Training validate PROMPTS-FOLDER OUTCOMES-FILE [NAME=VALUE...]
        """);
    return 2;
}

var parameters = new Hyperparameters();
foreach (var setting in args.Skip(3).Where(a => a.Contains('=')))
{
    parameters = Set(parameters, setting);
}

List<Example> examples = [.. Corpus.Labelled(prompts, parameters), .. Corpus.Outcomes(outcomes)];
var weights = new TrainingRun(parameters, Console.Out).Run(examples, Math.Min(2, Environment.ProcessorCount), verb == "validate");
if (weights is not null)
{
    File.WriteAllBytes(args[3], weights);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{weights.Length} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(weights))}"));
}

return 0;

static Hyperparameters Set(Hyperparameters parameters, string setting)
{
    var (name, value) = (setting[..setting.IndexOf('=')], setting[(setting.IndexOf('=') + 1)..]);
    return name switch
    {
        "groups" => parameters with { Groups = Whole(value) },
        "members" => parameters with { Members = Whole(value) },
        "epochs" => parameters with { Epochs = Whole(value) },
        "least-count" => parameters with { LeastCount = Whole(value) },
        "task-rate" => parameters with { TaskRate = Real(value) },
        "level-rate" => parameters with { LevelRate = Real(value) },
        "failure-rate" => parameters with { FailureRate = Real(value) },
        "origin-rate" => parameters with { OriginRate = Real(value) },
        "block-scales" => parameters with { BlockScales = [.. value.Split(',').Select(Real)] },
        "unsure-weight" => parameters with { UnsureWeight = Real(value) },
        _ => throw new ArgumentException($"'{name}' is not a setting."),
    };

    static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    static float Real(string text) => float.Parse(text, CultureInfo.InvariantCulture);
}
