using HybridLlm.Configuration.Binding;
using HybridLlm.Configuration.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace HybridLlm.Configuration;

/// <summary>
/// Holds the options in use and follows edits of the configuration. An edit that is not valid changes nothing: the last good options stay, and the log
/// says why, once. <c>IOptionsMonitor</c> is not used because it throws from its own cache after a bad edit until the file is good again.
/// </summary>
internal sealed partial class OptionsWatcher : IDisposable
{
    private readonly IOptionsFactory<HybridLlmOptions> _factory;
    private readonly HybridLlmOptionsValidator[] _validators;
    private readonly ILogger<OptionsWatcher> _logger;
    private readonly List<IDisposable> _subscriptions = [];
    private readonly Lock _gate = new();
    private volatile HybridLlmOptions _current;
    private string? _lastRefusal;
    private string? _lastWarnings;
    private long _refusedEdits;
    private bool _disposed;

    /// <summary>Reads the options and starts to follow edits.</summary>
    /// <exception cref="OptionsValidationException">The options are not valid.</exception>
    public OptionsWatcher(
        IOptionsFactory<HybridLlmOptions> factory,
        IEnumerable<IOptionsChangeTokenSource<HybridLlmOptions>> sources,
        IEnumerable<IValidateOptions<HybridLlmOptions>> validators,
        ILogger<OptionsWatcher> logger)
    {
        _factory = factory;
        _validators = [.. validators.OfType<HybridLlmOptionsValidator>()];
        _logger = logger;
        try
        {
            // Following comes first, so that an edit made while the options are read is not missed; it waits at the gate.
            lock (_gate)
            {
                foreach (var source in sources.Where(source => string.IsNullOrEmpty(source.Name)))
                {
                    _subscriptions.Add(ChangeToken.OnChange(source.GetChangeToken, Reload));
                }

                _current = _factory.Create(Options.DefaultName);
                LogWarnings(_current);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Raised with new options just before they become <see cref="Current"/>, one edit after the other. A handler that throws refuses the edit.</summary>
    public event Action<HybridLlmOptions>? Changed;

    /// <summary>Gets the options in use: always valid, and never waited for.</summary>
    public HybridLlmOptions Current => _current;

    /// <summary>Gets how many edits were refused.</summary>
    public long RefusedEdits => Interlocked.Read(ref _refusedEdits);

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        // Not under the lock: disposing waits for a callback that is running, which may be waiting for the lock.
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }
    }

    private void Reload()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            try
            {
                Take(_factory.Create(Options.DefaultName));
            }
            catch (OptionsValidationException invalid)
            {
                Refuse(string.Join(Environment.NewLine, invalid.Failures), null);
            }
            catch (Exception failure)
            {
                // Code that configures options, or that puts them into effect, failed; a change token's callback has nobody above it who would hear of that.
                Refuse(failure.Message, failure);
            }
        }
    }

    private void Take(HybridLlmOptions edited)
    {
        var wasRefusing = _lastRefusal is not null;
        if (OptionsContent.Same(_current, edited))
        {
            _lastRefusal = null;
            if (wasRefusing)
            {
                LogBackToGood();
            }
        }
        else if (edited.Providers.Count == 0 && _current.Providers.Count > 0)
        {
            // A file that is missing or torn for a moment while an editor saves it reads as an empty one.
            Refuse($"{ConfigurationSource.PathOf(_current)}:{nameof(HybridLlmOptions.Providers)} is empty. To use no provider any more, set Enabled to false instead.", null);
            return;
        }
        else
        {
            Changed?.Invoke(edited);
            _current = edited;
            _lastRefusal = null;
            LogTaken();
        }

        LogWarnings(edited);
    }

    private void Refuse(string reason, Exception? failure)
    {
        // A file's change is often signalled twice.
        if (reason == _lastRefusal)
        {
            return;
        }

        _lastRefusal = reason;
        Interlocked.Increment(ref _refusedEdits);
        LogRefused(reason, failure);
    }

    private void LogWarnings(HybridLlmOptions options)
    {
        var warnings = string.Join(Environment.NewLine, _validators.SelectMany(validator => validator.Inspect(options).Warnings));
        if (warnings.Length > 0 && warnings != _lastWarnings)
        {
            LogUnused(warnings);
        }

        _lastWarnings = warnings;
    }

    [LoggerMessage(1401, LogLevel.Error, "The edited configuration is not valid; the last good one stays in use. {Reason}")]
    private partial void LogRefused(string reason, Exception? exception);

    [LoggerMessage(1402, LogLevel.Information, "The edited configuration is in use.")]
    private partial void LogTaken();

    [LoggerMessage(1403, LogLevel.Information, "The configuration is valid again and says what is in use already.")]
    private partial void LogBackToGood();

    [LoggerMessage(1404, LogLevel.Warning, "The configuration is valid, but: {Warnings}")]
    private partial void LogUnused(string warnings);
}
