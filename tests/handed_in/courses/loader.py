"""A training with a loader, an optimizer and a criterion, as tutorials have it."""


def train_model(model, train_loader, optimizer, criterion, num_epochs=10, device="cpu"):
    model.train()
    history = []
    for _ in range(num_epochs):
        running_loss = 0.0
        for inputs, labels in train_loader:
            inputs, labels = inputs.to(device), labels.to(device)
            optimizer.zero_grad()
            loss = criterion(model(inputs), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        history.append(running_loss / len(train_loader))
    return history
